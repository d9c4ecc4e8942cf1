/**
 * A slider. Drag anywhere on it; with Shift ten times finer; arrow keys, Page Up and Down, Home and End.
 * The wheel scrolls the page: scrolling a form must not change its values.
 */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import styles from './Slider.module.css'
import type { Scale } from './scale.ts'

interface SliderProps {
  readonly value: number
  readonly scale: Scale
  /** While it moves. */
  readonly onChange: (value: number) => void
  /** It was released. */
  readonly onRest: () => void
  readonly label: string
  /** The value in words, with its unit. */
  readonly valueText?: string
  readonly describedBy?: string | undefined
  /** A mark at the default value. */
  readonly mark?: number
}

const fineness = 10

export function Slider({ value, scale, onChange, onRest, label, valueText, describedBy, mark }: SliderProps) {
  /** The unrounded position of the drag, so that a fine drag adds up. The width is measured once, because measuring costs a layout. */
  const drag = useRef<{ x: number; fraction: number; width: number } | null>(null)
  const fraction = scale.at(value)
  // A range with negative values is filled from 0, to either side.
  const origin = scale.ends[0] < 0 && scale.ends[1] > 0 ? scale.at(0) : 0

  const up = (): void => {
    if (!drag.current) return
    drag.current = null
    onRest()
  }
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return
    // A drag whose release never came must not join the next one.
    up()
    const box = event.currentTarget.getBoundingClientRect()
    event.currentTarget.setPointerCapture(event.pointerId)
    // With Shift the drag starts from the current value; without, the value jumps to the pointer.
    const start = event.shiftKey ? fraction : (event.clientX - box.left) / box.width
    drag.current = { x: event.clientX, fraction: start, width: box.width }
    if (!event.shiftKey) onChange(scale.value(start))
  }
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (!drag.current) return
    // Handled: otherwise the surrounding panels measure their edges, which costs a layout on every move.
    event.preventDefault()
    const { x, width, fraction: from } = drag.current
    const step = (event.clientX - x) / width / (event.shiftKey ? fineness : 1)
    drag.current = { x: event.clientX, fraction: from + step, width }
    const next = scale.value(drag.current.fraction, event.shiftKey)
    if (next !== value) onChange(next)
  }
  const key = (event: KeyboardEvent): void => {
    const counts: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
    }
    const count = counts[event.key]
    const end = event.key === 'Home' ? 0 : event.key === 'End' ? 1 : undefined
    if (count === undefined && end === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = end === undefined ? scale.nudge(value, count ?? 0, event.shiftKey) : scale.value(end)
    if (next !== value) onChange(next)
  }

  return (
    <div
      className={styles.slider}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-describedby={describedBy}
      aria-valuemin={scale.ends[0]}
      aria-valuemax={scale.ends[1]}
      aria-valuenow={value}
      aria-valuetext={valueText}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onLostPointerCapture={up}
      onKeyDown={key}
      onKeyUp={onRest}
    >
      <div className={styles.track}>
        <div
          className={styles.fill}
          style={{ left: `${Math.min(origin, fraction) * 100}%`, width: `${Math.abs(fraction - origin) * 100}%` }}
        />
        {mark !== undefined && <div className={styles.mark} style={{ left: `${scale.at(mark) * 100}%` }} />}
      </div>
      <div className={styles.thumb} style={{ left: `${fraction * 100}%` }} />
    </div>
  )
}
