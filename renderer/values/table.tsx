import { useEffect, useRef } from 'react'
import { z } from 'zod'
import { rowOf, selectRow, useMarks } from '../marks/state.ts'
import { formatNumber } from '../ui/numbers.ts'
import full from './full.module.css'
import small from './small.module.css'
import { defineView } from './view.ts'

const schema = z.object({
  kind: z.literal('table'),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number().nullable()]))),
})
export type ShownTable = z.infer<typeof schema>

/** Undefined where it is no table. */
export const tableOf = (value: unknown): ShownTable | undefined => schema.safeParse(value).data

/** Rows on a node. */
const fewRows = 6
/** Enough rows to read; the table says how many are omitted. */
const mostRows = 2000

function Small({ value: { columns, rows } }: { readonly value: ShownTable }) {
  return (
    <table className={small.table}>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, fewRows).map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
          <tr key={i}>
            {row.map((cell, column) => (
              <td key={columns[column]}>{typeof cell === 'string' ? cell : formatNumber(cell, 4)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A row that a mark belongs to is selected with it, here or over the picture. */
function Full({ value: { columns, rows }, output }: { readonly value: ShownTable; readonly output: string }) {
  const selected = useMarks((s) => rowOf(s.selected, output))
  const row = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row comes into sight
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [selected])
  const left = rows.length - mostRows
  return (
    <table className={full.table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, mostRows).map((cells, y) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and come and go together
            key={y}
            ref={y === selected ? row : undefined}
            data-selected={y === selected || undefined}
            onClick={() => selectRow(output, y)}
          >
            {cells.map((cell, x) => (
              <td key={columns[x]} data-number={typeof cell !== 'string' || undefined}>
                {typeof cell === 'string' ? cell : formatNumber(cell)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {left > 0 && <caption className={full.more}>{left} more rows</caption>}
    </table>
  )
}

export const view = defineView({ schema, Small, Full })
