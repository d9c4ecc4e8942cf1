/** The values of the mark under the pointer: name, score, place, row. */
import { useEffect, useRef } from 'react'
import type { Mark } from '../../engine/values/mark.ts'
import { uiScale } from '../theme/scale.ts'
import styles from './MarkTip.module.css'
import { indexIn, useMarks, useShownMarks } from './state.ts'
import { nameOf, placeWords, scoreWords } from './words.ts'

/** Beside the pointer, in CSS pixels. */
const gap = 14

export function MarkTip({ output }: { output: string }) {
  const index = useMarks((s) => indexIn(s.hovered, output))
  const shown = useShownMarks(output)
  const mark = index === undefined ? undefined : shown?.layer.marks[index]
  return mark ? <Tip mark={mark} /> : null
}

function Tip({ mark }: { mark: Mark }) {
  const tip = useRef<HTMLDivElement>(null)
  // It follows the pointer without React.
  useEffect(() => {
    const element = tip.current
    const room = element?.parentElement
    if (!element || !room) return
    const move = (event: PointerEvent): void => {
      const box = room.getBoundingClientRect()
      const scale = uiScale()
      const [x, y] = [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale]
      const left = x + gap + element.offsetWidth > room.offsetWidth ? x - gap - element.offsetWidth : x + gap
      const top = y + gap + element.offsetHeight > room.offsetHeight ? y - gap - element.offsetHeight : y + gap
      element.style.translate = `${Math.max(0, left)}px ${Math.max(0, top)}px`
      element.style.visibility = 'visible'
    }
    room.addEventListener('pointermove', move)
    return () => room.removeEventListener('pointermove', move)
  }, [])
  return (
    <div ref={tip} className={styles.tip} data-mark-tip aria-hidden>
      <p className={styles.head}>
        <span className={styles.name}>{nameOf(mark)}</span>
        {mark.weight !== undefined && <span>{scoreWords(mark.weight)}</span>}
      </p>
      <p className={styles.place}>{placeWords(mark)}</p>
      {mark.row !== undefined && <p className={styles.place}>row {mark.row + 1}</p>}
    </div>
  )
}
