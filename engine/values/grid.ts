/** Tensors as pictures: which axes are those of one, and how the pictures of a batch are laid out. */

/** Of a tensor. */
interface Sides {
  readonly shape: readonly number[]
  readonly axes: readonly string[]
}

interface PictureSize {
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** The pictures of a batch lie in rows of `columns`, each of this size. Cells after the last picture are empty. */
export interface Grid extends PictureSize {
  readonly count: number
  readonly columns: number
  readonly rows: number
}

/** The axes of one picture. */
const layouts: ReadonlySet<string> = new Set(['HW', 'HWC', 'CHW'])

/** A grid of full rows is kept as long as one side is at most this many times the other. */
const LONGEST = 3

/**
 * The pictures that a tensor HW, HWC, CHW, NHW, NHWC or NCHW holds, in a grid as near to a square as full rows allow, or, where that
 * would be a strip, with empty cells in the last row: one picture is a grid of one. Undefined for other axes, and where a side is 0.
 */
export function gridOf({ shape, axes }: Sides): Grid | undefined {
  const isBatch = axes[0] === 'N'
  const isPicture = layouts.has(axes.slice(isBatch ? 1 : 0).join(''))
  const side = (axis: string): number => (axes.includes(axis) ? (shape[axes.indexOf(axis)] ?? 1) : 1)
  const [width, height, channels, count] = [side('W'), side('H'), side('C'), isBatch ? (shape[0] ?? 1) : 1]
  if (!isPicture || !(count * width * height * channels > 0)) return undefined
  const columns = columnsOf(count, width, height)
  return { width, height, channels, count, columns, rows: Math.ceil(count / columns) }
}

/** How many times longer one side of the grid is than the other. Divisions round alike everywhere; logarithms need not: the window and the engine must agree. */
function longer(columns: number, count: number, width: number, height: number): number {
  const [across, down] = [columns * width, Math.ceil(count / columns) * height]
  return Math.max(across, down) / Math.min(across, down)
}

function columnsOf(count: number, width: number, height: number): number {
  const full: number[] = []
  for (let divisor = 1; divisor * divisor <= count; divisor++)
    if (count % divisor === 0) full.push(divisor, count / divisor)
  const square = least(full, (columns) => longer(columns, count, width, height))
  if (longer(square, count, width, height) <= LONGEST) return square
  // With empty cells, which count as length.
  const ideal = Math.floor(Math.sqrt((count * height) / width))
  const near = [ideal - 1, ideal, ideal + 1, ideal + 2].map((columns) => Math.min(Math.max(columns, 1), count))
  return least(
    [square, ...near],
    (columns) => longer(columns, count, width, height) * ((Math.ceil(count / columns) * columns) / count),
  )
}

/** The number with the least cost; of several the largest. */
function least(numbers: readonly number[], costOf: (n: number) => number): number {
  let [best, lowest] = [1, Number.POSITIVE_INFINITY]
  for (const n of numbers) {
    const cost = costOf(n)
    if (cost < lowest || (cost === lowest && n > best)) [best, lowest] = [n, cost]
  }
  return best
}
