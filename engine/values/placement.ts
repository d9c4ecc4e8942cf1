/**
 * Where a picture that was made of another one lies in it: what is found in a letterboxed or rotated part is said of the picture
 * that it was taken from. Places are in pixels, (0, 0) the top left corner of the first pixel.
 */
import { z } from 'zod'
import type { Size } from './kind.ts'

/** A 3 × 3 matrix, row by row. */
export type Homography = readonly [
  ...[number, number, number],
  ...[number, number, number],
  ...[number, number, number],
]

export interface Placement {
  /** The size of the picture that it was made of. */
  readonly source: Size
  /** From its own places to those of the source. */
  readonly matrix: Homography
}

const side = z.number().int().nonnegative()
export const placementSchema = z.object({
  source: z.object({ width: side, height: side }),
  matrix: z.array(z.number().finite()).length(9),
})

/** A picture, as far as its placement is concerned. */
interface Placed extends Size {
  readonly placement?: Placement
}

/** First `b`, then `a`. */
export function product(a: Homography, b: Homography): Homography {
  const at = (row: number, column: number): number =>
    [0, 1, 2].reduce((sum, k) => sum + (a[3 * row + k] ?? 0) * (b[3 * k + column] ?? 0), 0)
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)]
}

/** The way back; undefined where several places become one. */
export function inverse([a, b, c, d, e, f, g, h, i]: Homography): Homography | undefined {
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const determinant = a * A + b * B + c * C
  const size = Math.max(...[a, b, c, d, e, f, g, h, i].map(Math.abs))
  if (!(Math.abs(determinant) > 1e-12 * size ** 3)) return undefined
  const over = (v: number): number => v / determinant
  return [
    ...([over(A), over(c * h - b * i), over(b * f - c * e)] as const),
    ...([over(B), over(a * i - c * g), over(c * d - a * f)] as const),
    ...([over(C), over(b * g - a * h), over(a * e - b * d)] as const),
  ]
}

export const shift = (x: number, y: number): Homography => [1, 0, x, 0, 1, y, 0, 0, 1]
export const stretch = (x: number, y: number): Homography => [x, 0, 0, 0, y, 0, 0, 0, 1]

export function mapped([a, b, c, d, e, f, g, h, i]: Homography, x: number, y: number): readonly [number, number] {
  const w = g * x + h * y + i
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
}

/** The picture that places are said of: the one that `picture` was made of, or itself. */
export const sourceOf = ({ width, height, placement }: Placed): Size => placement?.source ?? { width, height }

/** From the places of a picture to those of `sourceOf`. */
export const toSource =
  ({ placement }: Placed) =>
  (x: number, y: number): readonly [number, number] =>
    placement ? mapped(placement.matrix, x, y) : [x, y]

/** The placement of a picture that is made of `picture`. @param matrix from its places to those of `picture` */
export function placedIn(picture: Placed, matrix: Homography): Placement {
  const { placement } = picture
  return { source: sourceOf(picture), matrix: placement ? product(placement.matrix, matrix) : matrix }
}

/** How much larger things are in the source, along both axes of the picture, in its middle. */
export function enlargement({ width, height, placement }: Placed): readonly [x: number, y: number] {
  const back = toSource({ width, height, ...(placement && { placement }) })
  const [cx, cy] = [width / 2, height / 2]
  const [[x0, y0], [x1, y1], [x2, y2]] = [back(cx, cy), back(cx + 1, cy), back(cx, cy + 1)]
  return [Math.hypot(x1 - x0, y1 - y0), Math.hypot(x2 - x0, y2 - y0)]
}
