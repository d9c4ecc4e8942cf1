/**
 * The marks that are in sight as rows: of the output's own table where it has one, otherwise name, score and place. Only rows
 * near the visible ones are elements. Arrow keys, Home, End, Page Up and Page Down select.
 */
import { type KeyboardEvent, type UIEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { formatNumber } from '../ui/numbers.ts'
import { type ShownTable, tableOf } from '../values/table.tsx'
import styles from './MarkList.module.css'
import { palette } from './palette.ts'
import { hoverMark, indexIn, type Shown, selectMark, useMarks } from './state.ts'
import { nameOf, placeWords, scoreWords } from './words.ts'

const rowHeight = 22
/** Rows beyond the visible ones, on both sides. */
const spare = 12

interface MarkListProps {
  readonly output: string
  readonly shown: Shown
  readonly value: unknown
}

export function MarkList({ output, shown, value }: MarkListProps) {
  const { layer, passing } = shown
  const selected = useMarks((s) => indexIn(s.selected, output))
  const table = useMemo(() => tableOf(value), [value])
  const list = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState({ top: 0, height: 160 })
  const id = useId()
  const at = selected === undefined ? -1 : passing.indexOf(selected)

  useEffect(() => {
    const element = list.current
    if (!element || at < 0) return
    const top = at * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight
  }, [at])

  const scrolled = ({ currentTarget }: UIEvent<HTMLDivElement>): void =>
    setSeen({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
  const key = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(seen.height / rowHeight) - 1)
    const end = passing.length - 1
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: end }[
      event.key
    ]
    if (to === undefined && event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    selectMark(output, to === undefined ? undefined : passing[Math.min(end, Math.max(0, to))])
  }
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - spare)
  const last = Math.min(passing.length, Math.ceil((seen.top + seen.height) / rowHeight) + spare)
  const rows = passing.slice(first, last)
  // The selected row is there for who cannot see, wherever the list is scrolled to.
  const active = selected !== undefined && rows.includes(selected) ? `${id}-${selected}` : undefined

  return (
    <div
      ref={list}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label="Marks"
      aria-activedescendant={active}
      onScroll={scrolled}
      onKeyDown={key}
      onPointerLeave={() => hoverMark(output, undefined)}
    >
      <div className={styles.all} style={{ height: passing.length * rowHeight }}>
        {rows.map((index, i) => {
          const mark = layer.marks[index]
          if (!mark) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keyboard
            <div
              key={index}
              id={`${id}-${index}`}
              className={styles.row}
              role="option"
              tabIndex={-1}
              aria-selected={index === selected}
              aria-setsize={passing.length}
              aria-posinset={first + i + 1}
              style={{ top: (first + i) * rowHeight }}
              onPointerEnter={() => hoverMark(output, index)}
              onClick={() => selectMark(output, index === selected ? undefined : index)}
            >
              <span className={styles.number}>{(mark.row ?? index) + 1}</span>
              <span className={styles.swatch} style={{ background: palette[layer.colours[index] ?? 0] }} aria-hidden />
              {table && mark.row !== undefined && table.rows[mark.row] ? (
                <Cells table={table} row={mark.row} />
              ) : (
                <>
                  <span className={styles.name} translate="no">
                    {nameOf(mark)}
                  </span>
                  <span className={styles.score}>{mark.weight !== undefined && scoreWords(mark.weight)}</span>
                  <span className={styles.place}>{placeWords(mark)}</span>
                </>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Cells({ table, row }: { table: ShownTable; row: number }) {
  return (table.rows[row] ?? []).map((cell, x) => (
    <span key={table.columns[x]} className={styles.cell} title={table.columns[x]}>
      {typeof cell === 'string' ? cell : formatNumber(cell)}
    </span>
  ))
}
