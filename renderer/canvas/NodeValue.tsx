/** A small value that is not a picture: a number, a text, the first rows of a table, a curve. */
import type { PlotValue, TableValue, Value } from '../../engine/values/index.ts'
import { formatNumber } from '../ui/numbers.ts'
import styles from './NodeValue.module.css'
import { plotLines } from './plot.ts'

const maxRows = 6

const cell = (value: string | number): string => (typeof value === 'number' ? formatNumber(value, 4) : value)

function Table({ value: { columns, rows } }: { value: TableValue }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, maxRows).map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
          <tr key={i}>
            {row.map((entry, column) => (
              <td key={columns[column]}>{cell(entry)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const plotBox = { width: 160, height: 100 }

function Plot({ value }: { value: PlotValue }) {
  return (
    <svg
      className={styles.plot}
      viewBox={`0 0 ${plotBox.width} ${plotBox.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Curves of ${value.series.map(({ name }) => name).join(', ')}`}
    >
      {plotLines(value, plotBox).map(({ name, colour, points }) => (
        <polyline key={name} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} stroke={colour} />
      ))}
    </svg>
  )
}

/** `value` comes from the protocol; an unknown kind is not drawn. */
export function NodeValue({ value }: { value: unknown }) {
  const known = value as Value | undefined
  switch (known?.kind) {
    case 'number':
      return <output className={styles.number}>{formatNumber(known.value)}</output>
    case 'text':
      return <p className={styles.text}>{known.text}</p>
    case 'table':
      return <Table value={known} />
    case 'plot':
      return <Plot value={known} />
    default:
      return null
  }
}
