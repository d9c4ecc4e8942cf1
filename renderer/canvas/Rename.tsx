/** An editable title: Enter confirms, Escape cancels, losing focus confirms. */
import { type KeyboardEvent, useRef } from 'react'
import styles from './Node.module.css'
import { setCanvas } from './store.ts'

interface RenameProps {
  readonly value: string
  readonly placeholder?: string
  readonly onDone: (text: string) => void
}

export function Rename({ value, placeholder, onDone }: RenameProps) {
  const left = useRef(false)
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation()
    if (event.key === 'Enter') event.currentTarget.blur()
    if (event.key !== 'Escape') return
    left.current = true
    event.currentTarget.blur()
  }
  return (
    <input
      className={`${styles.rename} nodrag nopan nokey`}
      defaultValue={value}
      placeholder={placeholder}
      maxLength={200}
      aria-label="Title"
      // biome-ignore lint/a11y/noAutofocus: the user has just asked to write here
      autoFocus
      onFocus={(event) => event.target.select()}
      onKeyDown={key}
      onBlur={(event) => {
        setCanvas({ writing: undefined })
        if (!left.current && event.target.value !== value) onDone(event.target.value)
      }}
    />
  )
}
