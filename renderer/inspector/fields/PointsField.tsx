/** Places on a picture, a row each, with their label. Handles in the viewer are the quicker way; this one is exact. */
import { Minus, Plus } from 'lucide-react'
import type { PointsParam } from '../../../engine/types/param.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import type { FieldProps } from './field.ts'
import styles from './PointsField.module.css'

type Points = PointsParam['default']

export function PointsField({ spec, value, edit, id, label, describedBy, onNote }: FieldProps<PointsParam, Points>) {
  const range = { min: spec.min, max: spec.max, integer: spec.integer ?? false }
  const cell = (point: number, axis: 0 | 1) => (
    <NumberField
      {...(point === 0 && axis === 0 ? { id } : { label: `${label}, ${axis === 0 ? 'x' : 'y'} of point ${point + 1}` })}
      value={value[point]?.[axis] ?? 0}
      range={{ ...range, usual: spec.default[point]?.[axis] ?? 0 }}
      describedBy={describedBy}
      onChange={(next) => {
        const [x = 0, y = 0, ...label] = value[point] ?? []
        edit.draft(value.with(point, axis === 0 ? [next, y, ...label] : [x, next, ...label]))
      }}
      onRest={edit.rest}
      onNote={onNote}
      className={styles.cell}
    />
  )
  return (
    <div className={styles.points}>
      {value.map((_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place
        <div key={i} className={styles.point}>
          {cell(i, 0)}
          {cell(i, 1)}
          {spec.labels && (
            <Select
              small
              label={`Label of point ${i + 1}`}
              value={String(value[i]?.[2] ?? 1)}
              options={spec.labels.map((label, at) => ({ value: String(at), label }))}
              onChange={(next) => edit.set(value.with(i, [value[i]?.[0] ?? 0, value[i]?.[1] ?? 0, Number(next)]))}
            />
          )}
          {value.length > spec.minCount && (
            <IconButton
              small
              icon={Minus}
              label={`Remove point ${i + 1}`}
              onClick={() => edit.set(value.toSpliced(i, 1))}
            />
          )}
        </div>
      ))}
      {value.length < spec.maxCount && (
        <IconButton
          small
          icon={Plus}
          label="Add a point"
          onClick={() => edit.set([...value, value.at(-1) ?? [0, 0]])}
        />
      )}
    </div>
  )
}
