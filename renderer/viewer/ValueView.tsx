/** A value that is not a picture, at full size: a number, a text, a table, a plot. */
import { useEffect, useMemo, useRef } from 'react'
import { describeShape, type Shape } from '../../engine/values/index.ts'
import { rowOf, selectRow, useMarks } from '../marks/state.ts'
import { formatNumber } from '../ui/numbers.ts'
import { Plot } from './Plot.tsx'
import styles from './ValueView.module.css'
import { readValue, type ShownTable, type ShownValue } from './value.ts'

/** Enough rows to read; the table says how many are omitted. */
const mostRows = 2000

interface ValueViewProps {
  readonly value: unknown
  readonly shape: Shape
  /** `node.port` */
  readonly output: string
}

export function ValueView({ value, shape, output }: ValueViewProps) {
  const shown = useMemo(() => readValue(value), [value])
  return (
    <div className={styles.view} data-kind={shown?.kind}>
      {shown ? <Inside value={shown} output={output} /> : <p className={styles.other}>{describeShape(shape)}</p>}
    </div>
  )
}

function Inside({ value, output }: { value: ShownValue; output: string }) {
  switch (value.kind) {
    case 'number':
      return <output className={styles.number}>{formatNumber(value.value, 9)}</output>
    case 'text':
      return <pre className={styles.text}>{value.text}</pre>
    case 'table':
      return <Table table={value} output={output} />
    case 'plot':
      return <Plot plot={value} />
  }
}

/** A row that a mark belongs to is selected with it, here or over the picture. */
function Table({ table, output }: { table: ShownTable; output: string }) {
  const selected = useMarks((s) => rowOf(s.selected, output))
  const row = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row comes into sight
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [selected])
  const left = table.rows.length - mostRows
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {table.columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.slice(0, mostRows).map((cells, y) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and come and go together
            key={y}
            ref={y === selected ? row : undefined}
            data-selected={y === selected || undefined}
            onClick={() => selectRow(output, y)}
          >
            {cells.map((cell, x) => (
              <td key={table.columns[x]} data-number={typeof cell !== 'string' || undefined}>
                {typeof cell === 'string' ? cell : formatNumber(cell)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {left > 0 && <caption className={styles.more}>{left} more rows</caption>}
    </table>
  )
}
