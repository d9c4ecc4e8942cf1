/** A result that is no picture, small: a number, a text, the top of a table, a curve. */
import type { PlotValue, TableValue, Value } from '../../engine/types/value.ts'
import { formatNumber } from '../ui/numbers.ts'
import styles from './NodeValue.module.css'

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

function Plot({ value: { series } }: { value: PlotValue }) {
  const most = Math.max(...series.flatMap(({ values }) => values), Number.MIN_VALUE)
  const line = (values: readonly number[]): string =>
    values
      .map((v, i) => `${(i / Math.max(1, values.length - 1)) * plotBox.width},${plotBox.height * (1 - v / most)}`)
      .join(' ')
  return (
    <svg
      className={styles.plot}
      viewBox={`0 0 ${plotBox.width} ${plotBox.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Curves of ${series.map(({ name }) => name).join(', ')}`}
    >
      {series.map(({ name, values }, i) => (
        <polyline
          key={name}
          points={line(values)}
          stroke={series.length > 1 ? `var(--channel-${Math.min(i, 3)})` : 'var(--type-plot)'}
        />
      ))}
    </svg>
  )
}

/** `value` comes over the protocol: what has no known kind is not drawn. */
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
