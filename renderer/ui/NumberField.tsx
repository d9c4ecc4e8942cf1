/**
 * A number to type or to scrub: drag sideways on it (Shift: ten times finer), arrow keys step, Enter confirms, Escape cancels.
 * A value outside the limits is set to the nearest one, and `onNote` says so.
 */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { classes } from './classes.ts'
import styles from './NumberField.module.css'
import { formatNumber, parseNumber } from './numbers.ts'
import { legal, type Range, scaleOf } from './scale.ts'

interface NumberFieldProps {
  readonly value: number
  readonly range?: Range
  readonly unit?: string | undefined
  readonly onChange: (value: number) => void
  /** The gesture has ended. */
  readonly onRest?: () => void
  /** What is wrong with the typed text, in words; undefined: nothing. */
  readonly onNote?: (note: string | undefined) => void
  /** The accepted values, in words: "a number from 0 to 64 px". */
  readonly wanted?: string
  readonly id?: string
  readonly label?: string
  readonly describedBy?: string | undefined
  readonly small?: boolean
  readonly className?: string | undefined
}

/** Pixels of a drag per step; and how far the pointer may move in a click. */
const pixelsPerStep = 4
const tremble = 3

export function NumberField(props: NumberFieldProps) {
  const { value, range = {}, unit, onChange, onRest, onNote, wanted, id, label, describedBy, small, className } = props
  const [text, setText] = useState<string | undefined>()
  const [wrong, setWrong] = useState(false)
  const drag = useRef<{ x: number; steps: number; from: number; moved: boolean } | null>(null)
  const scale = scaleOf(range)

  const say = (note: string | undefined): void => {
    setWrong(note !== undefined)
    onNote?.(note)
  }
  const commit = (): void => {
    if (text === undefined) return
    const typed = parseNumber(text)
    setText(undefined)
    if (typed === undefined) {
      say(text.trim() === '' ? undefined : `“${text.trim()}” is not a number; ${formatNumber(value)} was kept.`)
      return
    }
    const taken = legal(typed, range)
    say(
      taken === typed
        ? undefined
        : `${formatNumber(typed)} is not ${wanted ?? 'allowed'}; ${formatNumber(taken)} was taken.`,
    )
    if (taken !== value) {
      onChange(taken)
      onRest?.()
    }
  }

  const down = (event: PointerEvent<HTMLInputElement>): void => {
    if (event.button !== 0 || document.activeElement === event.currentTarget) return
    // A click focuses only once it is known not to be a drag.
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, steps: 0, from: value, moved: false }
  }
  const move = (event: PointerEvent<HTMLInputElement>): void => {
    const at = drag.current
    if (!at) return
    const dx = event.clientX - at.x
    if (!at.moved && Math.abs(dx) < tremble) return
    const steps = at.steps + dx / pixelsPerStep / (event.shiftKey ? 10 : 1)
    drag.current = { ...at, x: event.clientX, steps, moved: true }
    const next = event.shiftKey
      ? scale.nudge(at.from, Math.round(steps * 10), true)
      : scale.nudge(at.from, Math.round(steps))
    if (next !== value) onChange(next)
    say(undefined)
  }
  const up = (event: PointerEvent<HTMLInputElement>): void => {
    const at = drag.current
    drag.current = null
    if (!at) return
    if (at.moved) onRest?.()
    else {
      event.currentTarget.focus()
      event.currentTarget.select()
    }
  }
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    const { key, currentTarget } = event
    if (key === 'Enter') {
      commit()
      currentTarget.select()
    } else if (key === 'Escape' && text !== undefined) {
      // Cancels only the typing; a surrounding dialog stays open.
      event.stopPropagation()
      setText(undefined)
      say(undefined)
    } else if (key === 'ArrowUp' || key === 'ArrowDown') {
      event.preventDefault()
      const from = text === undefined ? value : (parseNumber(text) ?? value)
      setText(undefined)
      say(undefined)
      const next = scale.nudge(from, (key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1), event.altKey)
      if (next !== value) onChange(next)
    }
  }

  return (
    <span className={classes(styles.field, small && styles.small, wrong && styles.wrong, className)}>
      <input
        id={id}
        className={styles.input}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-invalid={wrong || undefined}
        aria-describedby={describedBy}
        value={text ?? formatNumber(value)}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={commit}
        onKeyDown={key}
        onKeyUp={(event) => event.key.startsWith('Arrow') && onRest?.()}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
      />
      {unit && <span className={styles.unit}>{unit}</span>}
    </span>
  )
}
