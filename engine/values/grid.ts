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

/** The pictures of a batch lie in full rows of `columns`, each of this size. */
export interface Grid extends PictureSize {
  readonly columns: number
  readonly rows: number
}

/** The axes of one picture. */
const layouts: ReadonlySet<string> = new Set(['HW', 'HWC', 'CHW'])

/**
 * The pictures that a tensor HW, HWC, CHW, NHW, NHWC or NCHW holds, in a grid as near to a square as full rows allow: one picture
 * is a grid of one. Undefined for other axes, and where a side is 0.
 */
export function gridOf({ shape, axes }: Sides): Grid | undefined {
  const isBatch = axes[0] === 'N'
  const isPicture = layouts.has(axes.slice(isBatch ? 1 : 0).join(''))
  const side = (axis: string): number => (axes.includes(axis) ? (shape[axes.indexOf(axis)] ?? 1) : 1)
  const [width, height, channels, count] = [side('W'), side('H'), side('C'), isBatch ? (shape[0] ?? 1) : 1]
  if (!isPicture || !(count * width * height * channels > 0)) return undefined
  const columns = columnsOf(count, width, height)
  return { width, height, channels, columns, rows: count / columns }
}

function columnsOf(count: number, width: number, height: number): number {
  let [best, least] = [count, Number.POSITIVE_INFINITY]
  for (let divisor = 1; divisor * divisor <= count; divisor++) {
    if (count % divisor !== 0) continue
    for (const rows of [divisor, count / divisor]) {
      const columns = count / rows
      const [across, down] = [columns * width, rows * height]
      // Divisions round alike everywhere; logarithms need not: the window and the engine must agree.
      const off = Math.max(across, down) / Math.min(across, down)
      if (off < least || (off === least && columns > best)) [best, least] = [columns, off]
    }
  }
  return best
}
