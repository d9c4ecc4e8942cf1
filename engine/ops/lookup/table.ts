/** What a table gives for a number: the arithmetic of the kernels, in plain TypeScript. */
import type { ColourSpace } from '../../values/index.ts'

export const lookupMethods = ['nearest', 'linear'] as const

export interface LookupParams {
  /**
   * `entries` numbers for each of `channels` tables; with `grid`, all of that for each tile, row by row. One table serves all
   * channels of the picture; as many as it has serve one each; of a picture of one channel each table makes a channel.
   */
  readonly tables: ArrayLike<number>
  readonly channels: number
  /** At least 2. */
  readonly entries: number
  /** The numbers of the first and the last entry; those beyond get these entries. */
  readonly range: readonly [number, number]
  /** The nearest entry, or the two around the number, weighted by how near they are. */
  readonly method: (typeof lookupMethods)[number]
  /** Tables for tiles of the picture: a pixel mixes those of the four tiles whose middles lie around it. */
  readonly grid?: {
    readonly columns: number
    readonly rows: number
    /** Of a tile, in pixels. */
    readonly width: number
    readonly height: number
    /** Where the picture begins, if it is cut out of a larger one. */
    readonly left?: number
    readonly top?: number
  }
  /** Of the result. Absent: as the picture's, or `data` where the number of channels changes. */
  readonly space?: ColourSpace
  readonly outRange?: readonly [number, number]
}

const { fround } = Math

/** How many entries lie between two numbers that are 1 apart. */
export const stepsOf = ({ entries, range: [low, high] }: Pick<LookupParams, 'entries' | 'range'>): number =>
  fround((entries - 1) / (high - low))

/** The tile before a place, how far it is on the way to the next, and both within the grid. */
function between(place: number, size: number, count: number): readonly [number, number, number] {
  const at = fround(fround(fround(place) * fround(1 / size)) - 0.5)
  const first = Math.floor(at)
  const clamp = (i: number): number => Math.min(Math.max(i, 0), count - 1)
  return [clamp(first), clamp(first + 1), fround(at - first)]
}

/** The entry for `v` in table `k` at the pixel (x, y) of the picture. */
export function lookedUp(params: LookupParams, v: number, k: number, x: number, y: number): number {
  if (Number.isNaN(v)) return v
  const { tables, channels, entries, range, method, grid } = params
  const t = fround(Math.min(Math.max(fround(fround(v - fround(range[0])) * stepsOf(params)), 0), entries - 1))
  const of = (tile: number): number => {
    const entry = (i: number): number => tables[(tile * channels + k) * entries + i] ?? Number.NaN
    if (method === 'nearest') return entry(Math.floor(fround(t + 0.5)))
    const i = Math.min(Math.floor(t), entries - 2)
    const part = fround(t - i)
    return fround(1 - part) * entry(i) + part * entry(i + 1)
  }
  if (!grid) return of(0)
  const { columns, rows, width, height, left = 0, top = 0 } = grid
  const [x0, x1, tx] = between(x + left, width, columns)
  const [y0, y1, ty] = between(y + top, height, rows)
  const row = (i: number): number => fround(1 - tx) * of(i * columns + x0) + tx * of(i * columns + x1)
  return fround(1 - ty) * row(y0) + ty * row(y1)
}
