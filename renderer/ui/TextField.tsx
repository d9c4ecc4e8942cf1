/** One or more lines of text, confirmed by Enter or on leaving; Escape restores the old text. */
import { type KeyboardEvent, useState } from 'react'
import { classes } from './classes.ts'
import styles from './TextField.module.css'

interface TextFieldProps {
  readonly value: string
  readonly onCommit: (text: string) => void
  readonly multiline?: boolean | undefined
  readonly placeholder?: string
  readonly id?: string
  readonly label?: string
  readonly describedBy?: string | undefined
  readonly className?: string | undefined
  /** The id of a `datalist` with what can be meant. */
  readonly list?: string | undefined
  /** Looks like a title until it is focused. */
  readonly bare?: boolean
}

export function TextField({
  value,
  onCommit,
  multiline,
  id,
  label,
  describedBy,
  placeholder,
  className,
  list,
  bare,
}: TextFieldProps) {
  const [text, setText] = useState<string | undefined>()
  const commit = (): void => {
    setText(undefined)
    if (text !== undefined && text !== value) onCommit(text)
  }
  const key = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && !(multiline && !event.metaKey && !event.ctrlKey)) event.currentTarget.blur()
    if (event.key === 'Escape' && text !== undefined) {
      event.stopPropagation()
      setText(undefined)
    }
  }
  const common = {
    id,
    className: classes(styles.field, bare && styles.bare, className),
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    'aria-label': label,
    'aria-describedby': describedBy,
    value: text ?? value,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
    onBlur: commit,
    onKeyDown: key,
  }
  return multiline ? <textarea rows={4} {...common} /> : <input list={list} {...common} />
}
