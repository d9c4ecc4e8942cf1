/** A value that is not a picture, at full size: a number, a text, a table, a plot. */
import { useMemo } from 'react'
import { describeShape, type Shape } from '../../engine/values/index.ts'
import { formatNumber } from '../ui/numbers.ts'
import { Plot } from './Plot.tsx'
import styles from './ValueView.module.css'
import { readValue, type ShownValue } from './value.ts'

/** Enough rows to read; the table says how many are omitted. */
const mostRows = 2000

export function ValueView({ value, shape }: { value: unknown; shape: Shape }) {
  const shown = useMemo(() => readValue(value), [value])
  return (
    <div className={styles.view} data-kind={shown?.kind}>
      {shown ? <Inside value={shown} /> : <p className={styles.other}>{describeShape(shape)}</p>}
    </div>
  )
}

function Inside({ value }: { value: ShownValue }) {
  switch (value.kind) {
    case 'number':
      return <output className={styles.number}>{formatNumber(value.value, 9)}</output>
    case 'text':
      return <pre className={styles.text}>{value.text}</pre>
    case 'table':
      return <Table table={value} />
    case 'plot':
      return <Plot plot={value} />
  }
}

function Table({ table }: { table: Extract<ShownValue, { kind: 'table' }> }) {
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
        {table.rows.slice(0, mostRows).map((row, y) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and come and go together
          <tr key={y}>
            {row.map((cell, x) => (
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
