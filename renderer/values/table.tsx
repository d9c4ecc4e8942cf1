import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { z } from 'zod'
import { rowOf, selectRow, useMarks } from '../marks/state.ts'
import { cutText } from '../ui/cut-text.ts'
import { formatNumber } from '../ui/numbers.ts'
import full from './full.module.css'
import { type Picker, usePicker } from './picker.ts'
import small from './small.module.css'
import { defineView, type Pen } from './view.ts'

const schema = z.object({
  kind: z.literal('table'),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number().nullable()]))),
})
export type ShownTable = z.infer<typeof schema>

/** Undefined where it is no table. */
export const tableOf = (value: unknown): ShownTable | undefined => schema.safeParse(value).data

/** Rows and columns on a node. */
const fewRows = 6
const fewColumns = 5
/** More classes than this would be specks. */
const mostClasses = 40
/** Enough rows to read; the table says how many are omitted. */
const mostRows = 2000

/** The numbers of a confusion matrix, whose rows are named as its columns; undefined where the table is none. */
export function matrixOf({ columns, rows }: ShownTable): readonly (readonly number[])[] | undefined {
  const isSquare = rows.length > 1 && rows.length === columns.length - 1
  return isSquare &&
    rows.every(
      ([name, ...cells], y) =>
        String(name) === columns[y + 1] &&
        cells.every((cell) => cell === null || (typeof cell === 'number' && cell >= 0)),
    )
    ? rows.map((row) => row.slice(1).map(Number))
    : undefined
}

/** The cells that are not 0, with the part of their row that they have. */
const shadesOf = (matrix: readonly (readonly number[])[]) =>
  matrix.flatMap((row, y) => {
    const sum = row.reduce((all, part) => all + part, 0)
    return row.map((cell, x) => ({ x, y, cell, part: sum > 0 ? cell / sum : 0 })).filter(({ part }) => part > 0)
  })

/** A confusion matrix of many classes: the more of a row in a cell, the stronger its colour. */
function Shades({
  matrix,
  names,
}: {
  readonly matrix: readonly (readonly number[])[]
  readonly names: readonly string[]
}) {
  const { length } = matrix
  return (
    <svg
      className={small.shades}
      viewBox={`0 0 ${length} ${length}`}
      role="img"
      aria-label={`Matrix of ${length} × ${length} numbers`}
    >
      {shadesOf(matrix).map(({ x, y, cell, part }) => (
        <rect key={`${y} ${x}`} x={x} y={y} width={1} height={1} fillOpacity={part}>
          <title>{`${names[y]}, ${names[x]}: ${formatNumber(cell, 4)}`}</title>
        </rect>
      ))}
    </svg>
  )
}

/** As many rows and columns as can be read there. */
function Small({ value }: { readonly value: ShownTable }) {
  const matrix = matrixOf(value)
  if (matrix && matrix.length >= fewColumns && matrix.length <= mostClasses)
    return <Shades matrix={matrix} names={value.columns.slice(1)} />
  const columns = value.columns.slice(0, fewColumns)
  const rows = value.rows.map((row) => row.slice(0, fewColumns))
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

type Cell = string | number | null
type Place = readonly [y: number, x: number]

/** What a table chooses by clicks: of which places, and whether one is chosen. A click on what is chosen takes it back. */
interface Choice {
  /** Places with y = −1 are the names of the columns. */
  readonly canTake: (at: Place) => boolean
  readonly isChosen: (at: Place) => boolean
  readonly take: (at: Place) => void
  /** How much of the largest number a cell has, 0 to 1; absent: the cells are not shaded. */
  readonly shade?: (at: Place) => number
}

const same = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a.trim().toLowerCase() === b.trim().toLowerCase() : a === b

/** Cells of a table whose first column names the rows. */
function cellChoice({ columns, rows }: ShownTable, picker: Picker<'cell'>): Choice {
  const { row, column } = picker.pick.params
  const chosen = [picker.params[row] ?? '', picker.params[column] ?? ''] as const
  const namesAt = ([y, x]: Place): readonly [string, string] => [
    y < 0 ? '' : String(rows[y]?.[0] ?? ''),
    x === 0 ? '' : (columns[x] ?? ''),
  ]
  const most = Math.max(0, ...rows.flatMap((cells) => cells.slice(1).map(Number)))
  return {
    canTake: ([y, x]) => y >= 0 || x > 0,
    isChosen: (at) => chosen.some((name) => name !== '') && namesAt(at).every((name, i) => same(name, chosen[i])),
    take(at) {
      const [right, found] = this.isChosen(at) ? ['', ''] : namesAt(at)
      picker.set({ [row]: right, [column]: found })
    },
    shade: ([y, x]) => (x === 0 || y < 0 || most === 0 ? 0 : Number(rows[y]?.[x] ?? 0) / most),
  }
}

/** Whole rows, which are taken by their first cell. */
function rowChoice({ columns, rows }: ShownTable, picker: Picker<'row'>): Choice {
  const of = Object.entries(picker.pick.columns).map(([param, name]) => ({ param, at: columns.indexOf(name ?? '') }))
  const isChosen = ([y]: Place): boolean =>
    y >= 0 && of.every(({ param, at }) => same(rows[y]?.[at], picker.params[param]))
  return {
    canTake: ([y, x]) => y >= 0 && x === 0,
    isChosen,
    take([y]) {
      const values = of.map(({ param, at }) => [param, isChosen([y, 0]) ? undefined : (rows[y]?.[at] ?? undefined)])
      picker.set(Object.fromEntries(values) as Readonly<Record<string, string | number | undefined>>)
    },
  }
}

const steps: Readonly<Record<string, Place>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Arrow keys go from one button of a table to the next; Tab leaves the table. */
function goByArrow(event: KeyboardEvent<HTMLTableElement>, [y, x]: Place): void {
  const step = steps[event.key]
  if (!step) return
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-at="${y + step[0]},${x + step[1]}"]`)
  if (!next) return
  event.preventDefault()
  next.focus()
}

/**
 * A row that a mark belongs to is selected with it, here or over the picture. Where the node says so, a click on a cell or a row
 * sets its parameters.
 */
function Full({ value, output }: { readonly value: ShownTable; readonly output: string }) {
  const { columns, rows } = value
  const selected = useMarks((s) => rowOf(s.selected, output))
  const row = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row comes into sight
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [selected])
  const [cells, wholeRows] = [usePicker(output, 'cell'), usePicker(output, 'row')]
  const choice = useMemo(
    () => (cells ? cellChoice(value, cells) : wholeRows && rowChoice(value, wholeRows)),
    [cells, wholeRows, value],
  )
  const [focus, setFocus] = useState<Place>([0, 0])
  const written = (cell: Cell): string => (typeof cell === 'string' ? cell : formatNumber(cell))
  const content = (cell: Cell, [y, x]: Place) =>
    choice?.canTake([y, x]) ? (
      <button
        type="button"
        className={full.choice}
        data-at={`${y},${x}`}
        aria-pressed={choice.isChosen([y, x])}
        aria-label={y < 0 || x === 0 ? undefined : `${rows[y]?.[0]}, ${columns[x]}: ${written(cell)}`}
        tabIndex={focus[0] === y && focus[1] === x ? 0 : -1}
        onFocus={() => setFocus([y, x])}
        onClick={() => choice.take([y, x])}
      >
        {written(cell)}
      </button>
    ) : (
      written(cell)
    )
  const shadeOf = (at: Place) => {
    const part = choice?.shade?.(at) ?? 0
    return part > 0
      ? { background: `color-mix(in srgb, var(--accent) ${Math.round(5 + 30 * part)}%, transparent)` }
      : undefined
  }
  const left = rows.length - mostRows
  return (
    <table className={full.table} onKeyDown={(event) => choice && goByArrow(event, focus)}>
      <thead>
        <tr>
          {columns.map((column, x) => (
            <th key={column} scope="col">
              {content(column, [-1, x])}
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
            data-selected={y === selected || (choice && !choice.shade && choice.isChosen([y, 0])) || undefined}
            onClick={() => selectRow(output, y)}
          >
            {cells.map((cell, x) => (
              <td key={columns[x]} data-number={typeof cell !== 'string' || undefined} style={shadeOf([y, x])}>
                {content(cell, [y, x])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {left > 0 && <caption className={full.more}>{left} more rows</caption>}
    </table>
  )
}

/** Fonts and rows of a table seen from afar, in graph units. */
const farFont = 19
const farRow = 26
/** The part of the width that the names of the rows get. */
const farNames = 0.64

/** A matrix as its colours; of any other table the first rows, two columns of them. */
function draw({ context, box, colour, family }: Pen, value: ShownTable): void {
  const matrix = matrixOf(value)
  if (matrix && matrix.length >= fewColumns) {
    const side = Math.min(box.width, box.height) / matrix.length
    context.fillStyle = colour('var(--accent)')
    const opacity = context.globalAlpha
    for (const { x, y, part } of shadesOf(matrix)) {
      context.globalAlpha = opacity * part
      context.fillRect(box.x + x * side, box.y + y * side, side, side)
    }
    context.globalAlpha = opacity
    return
  }
  context.save()
  context.font = `${farFont}px ${family}`
  for (const [i, [name = null, ...cells]] of value.rows.slice(0, Math.floor(box.height / farRow)).entries()) {
    const y = box.y + i * farRow
    const written = (cell: Cell): string => (typeof cell === 'string' ? cell : formatNumber(cell, 3))
    const names = cells.length > 0 ? farNames * box.width : box.width
    context.fillStyle = colour('var(--text)')
    context.fillText(cutText(context, written(name), names), box.x, y)
    if (cells[0] === undefined) continue
    context.fillStyle = colour('var(--text-2)')
    context.fillText(cutText(context, written(cells[0]), box.width - names - 8), box.x + names + 8, y)
  }
  context.restore()
}

export const view = defineView({ schema, Small, Full, draw })
