/** A row of numbers; where their count may vary, with buttons to add and remove. */
import { Minus, Plus } from 'lucide-react'
import type { VectorParam } from '../../../engine/types/param.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import type { FieldProps } from './field.ts'
import styles from './VectorField.module.css'

/** Longer vectors show only their length. */
const mostCells = 64

export function VectorField(props: FieldProps<VectorParam, readonly number[]>) {
  const { spec, value, edit, id, label, describedBy, onNote } = props
  // Too long to type: the viewer sets these.
  if (value.length > mostCells)
    return (
      <div className={styles.vector}>
        <output id={id} aria-describedby={describedBy}>
          {value.length.toLocaleString('en')} numbers
        </output>
      </div>
    )
  const cells = value.map((number, at) => (
    <NumberField
      // biome-ignore lint/suspicious/noArrayIndexKey: a number of a vector is its place
      key={at}
      {...(at === 0 ? { id } : { label: `${label}, ${at + 1} of ${value.length}` })}
      value={number}
      range={{ usual: spec.default[at] ?? 0 }}
      describedBy={describedBy}
      onChange={(next) => edit.draft(value.with(at, next))}
      onRest={edit.rest}
      onNote={onNote}
      className={styles.cell}
    />
  ))
  return (
    <div className={styles.vector}>
      {cells}
      {value.length < spec.maxLength && (
        <IconButton small icon={Plus} label="Add a number" onClick={() => edit.set([...value, 0])} />
      )}
      {value.length > spec.minLength && (
        <IconButton small icon={Minus} label="Remove the last number" onClick={() => edit.set(value.slice(0, -1))} />
      )}
    </div>
  )
}
