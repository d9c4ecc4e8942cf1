/** Columns of a table as curves over one axis. */
import { SightlineError } from '../engine/types/problem.ts'
import { extent } from '../engine/values/extent.ts'
import type { PlotValue, TableValue } from '../engine/values/index.ts'
import { chartColours, chartEdge, chartSize, gray, Sheet } from './sheet.ts'

interface Wanted {
  /** The column of the axis; empty: the numbers of the rows, from 1. */
  readonly x: string
  /** With commas between; empty: all others that have numbers. */
  readonly columns: string
  /** The axis has powers of ten. */
  readonly log: boolean
}

/** Places of the axis, where rows are not evenly spaced. */
const unevenPlaces = 240
/** More rows than this share places, even if they are evenly spaced. */
const mostPlaces = 2000

type Cell = string | number

const finite = (cell: Cell | undefined): cell is number => typeof cell === 'number' && Number.isFinite(cell)

function indexOf({ columns }: TableValue, name: string): number {
  const at = columns.indexOf(name)
  if (at < 0) throw new SightlineError('plot.column', { given: name, known: columns.slice(0, 20).join(', ') })
  return at
}

/** Where each row lies on the axis. Throws `plot.column`, `plot.place`. */
function axisOf(table: TableValue, { x, log }: Wanted): readonly number[] {
  const at = x === '' ? undefined : indexOf(table, x)
  return table.rows.map((row, i) => {
    const cell = at === undefined ? i + 1 : row[at]
    if (!finite(cell) || (log && cell <= 0))
      throw new SightlineError('plot.place', {
        ...{ column: x, row: i + 1, given: String(cell) },
        wanted: log ? 'a number above 0, whose logarithm can be drawn' : 'a number',
      })
    return log ? Math.log10(cell) : cell
  })
}

/** Which columns are drawn. Throws `plot.column`, `plot.no-numbers`. */
function chosenColumns(table: TableValue, { x, columns }: Wanted): readonly number[] {
  const names = columns
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const chosen =
    names.length > 0
      ? names.map((name) => indexOf(table, name))
      : [...table.columns.keys()].filter((at) => table.columns[at] !== x)
  const numeric = chosen.filter((at) => table.rows.some((row) => finite(row[at])))
  // Of all columns those that have numbers; what was named must have them.
  const without = chosen.filter((at) => !numeric.includes(at))
  if (numeric.length === 0 || (names.length > 0 && without.length > 0))
    throw new SightlineError('plot.no-numbers', { given: without.map((at) => table.columns[at]).join(', ') || 'none' })
  return numeric
}

interface Bins {
  readonly range: readonly [number, number]
  readonly count: number
}

/** Places of equal width, with a row at the centre of each where rows are evenly spaced. */
function binsOf(xs: readonly number[]): Bins {
  const sorted = [...new Set(xs)].sort((a, b) => a - b)
  const [first = 0, last = 1] = [sorted[0], sorted.at(-1)]
  const step = (last - first) / Math.max(1, sorted.length - 1)
  const even = sorted.every((x, i) => Math.abs(x - first - i * step) <= 1e-6 * step * sorted.length)
  if (sorted.length === 1) return { range: [first - 0.5, first + 0.5], count: 1 }
  const most = even ? mostPlaces : unevenPlaces
  const [count, width] = even && sorted.length <= most ? [sorted.length, step] : [most, (last - first) / (most - 1)]
  return { range: [first - width / 2, last + width / 2], count }
}

/**
 * The columns of a table over one of them. Rows that are not evenly spaced are put at the nearest of 240 places, more than 2,000 that
 * are at the nearest of 2,000; what shares a place is averaged. Cells without a number are gaps; the picture joins curves across them.
 * @throws `plot.column`, `plot.place`, `plot.no-numbers`, `plot.empty`
 */
export function plotOfTable(table: TableValue, wanted: Wanted): PlotValue {
  if (table.rows.length === 0) throw new SightlineError('plot.empty', {})
  const xs = axisOf(table, wanted)
  const { range, count } = binsOf(xs)
  const width = (range[1] - range[0]) / count
  const series = chosenColumns(table, wanted).map((at) => {
    const [sums, counts] = [new Float64Array(count), new Uint32Array(count)]
    for (const [i, row] of table.rows.entries()) {
      const cell = row[at]
      if (!finite(cell)) continue
      const place = Math.min(count - 1, Math.max(0, Math.floor(((xs[i] ?? 0) - range[0]) / width)))
      sums[place] = (sums[place] ?? 0) + cell
      counts[place] = (counts[place] ?? 0) + 1
    }
    return {
      name: table.columns[at] ?? '',
      values: Array.from(sums, (sum, i) => (counts[i] ? sum / (counts[i] as number) : Number.NaN)),
    }
  })
  const label = wanted.x === '' ? 'Row' : wanted.x
  return { kind: 'plot', x: { label: wanted.log ? `log₁₀ ${label}` : label, range }, series }
}

/** The distance between two lines of a grid with at most eight: 1, 2 or 5 times a power of ten. */
function stepOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length / 8))
  return ([1, 2, 5, 10].find((times) => length / (times * power) <= 8) ?? 10) * power
}

const linesWithin = (from: number, to: number): readonly number[] => {
  const by = stepOf(to - from)
  return Array.from(
    { length: Math.floor(to / by) - Math.ceil(from / by) + 1 },
    (_, i) => (Math.ceil(from / by) + i) * by,
  )
}

/** Half of a line, and a dot where a curve has few numbers; in pixels. */
const [lineRadius, dotRadius, fewNumbers] = [2.5, 7, 24]

/** A plot as a picture, height × width × 3 numbers from 0 to 1: the curves in their colours over a grid, without words. */
export function plotChart({ x: { range }, series }: PlotValue): Float32Array {
  const { width, height } = chartSize
  const { min, max } = extent(series.flatMap(({ values }) => values))
  let [low, high] = [min ?? 0, max ?? 0]
  if (low === high) [low, high] = [low - 0.5, high + 0.5]
  const x = (part: number): number => chartEdge + part * (width - 2 * chartEdge)
  const y = (value: number): number => height - chartEdge - ((value - low) / (high - low)) * (height - 2 * chartEdge)
  const sheet = new Sheet()
  const across = linesWithin(...range).map((value) => x((value - range[0]) / (range[1] - range[0])))
  sheet.grid(across, linesWithin(low, high).map(y))
  for (const [i, { values }] of series.entries()) {
    const colour = chartColours[i] ?? gray
    const places = values.flatMap((value, at) =>
      Number.isFinite(value) ? [[x((at + 0.5) / values.length), y(value)] as const] : [],
    )
    for (const [at, place] of places.entries()) {
      if (at > 0) sheet.stroke(places[at - 1] ?? place, place, lineRadius, colour)
      if (places.length <= fewNumbers) sheet.dot(place, dotRadius, colour)
    }
  }
  return sheet.numbers
}
