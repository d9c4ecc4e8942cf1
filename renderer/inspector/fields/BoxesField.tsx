/** Boxes on a picture, a row each: left, top, right, bottom. Drawing them in the viewer is quicker; this is exact. */
import { Minus, Plus } from 'lucide-react'
import type { BoxesParam, BoxValue } from '../../../engine/types/param.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import type { FieldProps } from './field.ts'
import styles from './PointsField.module.css'

const sides = ['left', 'top', 'right', 'bottom'] as const
/** Of a new box, in pixels. */
const side = 100

export function BoxesField({
  spec,
  value,
  edit,
  id,
  label,
  describedBy,
  onNote,
}: FieldProps<BoxesParam, readonly BoxValue[]>) {
  /** A side stays at least a pixel from the one opposite. */
  const rangeOf = (box: BoxValue, at: number) => {
    const opposite = box[(at + 2) % 4] ?? 0
    return at < 2 ? { min: 0, max: opposite - 1 } : { min: opposite + 1 }
  }
  return (
    <div className={styles.points}>
      {value.map((box, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a box is its place
        <div key={i} className={styles.point}>
          {box.map((number, at) => (
            <NumberField
              // biome-ignore lint/suspicious/noArrayIndexKey: a side is its place
              key={at}
              {...(i === 0 && at === 0 ? { id } : { label: `${label}, ${sides[at]} of box ${i + 1}` })}
              value={number}
              range={rangeOf(box, at)}
              describedBy={describedBy}
              onChange={(next) => edit.draft(value.with(i, box.with(at, next) as unknown as BoxValue))}
              onRest={edit.rest}
              onNote={onNote}
              className={styles.cell}
            />
          ))}
          <IconButton
            small
            icon={Minus}
            label={`Remove box ${i + 1}`}
            onClick={() => edit.set(value.toSpliced(i, 1))}
          />
        </div>
      ))}
      {value.length < spec.maxCount && (
        <IconButton
          small
          icon={Plus}
          label="Add a box"
          onClick={() => edit.set([...value, value.at(-1) ?? [0, 0, side, side]])}
        />
      )}
    </div>
  )
}
