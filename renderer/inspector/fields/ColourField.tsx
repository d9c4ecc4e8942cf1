/** A colour: the system's picker, and its number. */
import type { ColourParam } from '../../../engine/types/param.ts'
import { TextField } from '../../ui/TextField.tsx'
import styles from './ColourField.module.css'
import { hexOf, parseColour, type Rgb } from './colour.ts'
import type { FieldProps } from './field.ts'

export function ColourField({ value, edit, id, label, describedBy, onNote }: FieldProps<ColourParam, Rgb>) {
  const hex = hexOf(value)
  const commit = (text: string): void => {
    const colour = parseColour(text)
    onNote(colour ? undefined : `“${text}” is not a colour; write it as #rrggbb. ${hex} was kept.`)
    if (colour) edit.set(colour)
  }
  return (
    <>
      <input
        id={id}
        type="color"
        className={styles.picker}
        value={hex}
        aria-describedby={describedBy}
        onChange={(event) => edit.draft(parseColour(event.target.value) ?? value)}
        onBlur={edit.rest}
      />
      <TextField value={hex} onCommit={commit} label={`${label}, as #rrggbb`} />
    </>
  )
}
