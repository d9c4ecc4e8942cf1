/**
 * Masks from prototypes: a network gives some masks for the whole picture, and of each object how much of each it is made. Plain
 * functions over arrays.
 */
import { type Homography, mapped } from '../engine/values/placement.ts'

export interface Prototypes {
  /** (K, rows, columns), one after the other. */
  readonly prototypes: Float32Array
  readonly count: number
  readonly rows: number
  readonly columns: number
}

/** The mask of an object at the size of the prototypes: the sigmoid of their weighted sum. */
export function combined({ prototypes, count, rows, columns }: Prototypes, weights: ArrayLike<number>): Float32Array {
  const sums = new Float32Array(rows * columns)
  for (let k = 0; k < count; k++) {
    const weight = weights[k] ?? 0
    const start = k * sums.length
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + weight * (prototypes[start + i] ?? 0)
  }
  return sums.map((sum) => 1 / (1 + Math.exp(-sum)))
}

export interface Sampling {
  /** The picture that the labels are for. */
  readonly width: number
  readonly height: number
  /** From its places to those of the picture that the network was shown. */
  readonly back: Homography
  /** Of that picture. */
  readonly shown: { readonly width: number; readonly height: number }
  readonly threshold: number
}

/**
 * Calls `each` with every pixel of the picture that is in the mask and in the box. The mask is enlarged linearly, half pixels as in
 * interpolate(align_corners=False).
 * @param mask at the size of the prototypes
 * @param box left, top, right, bottom in pixels of the picture
 */
export function eachInside(
  mask: Float32Array,
  { rows, columns }: Prototypes,
  box: readonly [number, number, number, number],
  { width, height, back, shown, threshold }: Sampling,
  each: (pixel: number) => void,
): void {
  const at = (row: number, column: number): number => mask[row * columns + column] ?? 0
  const place = (v: number, scale: number, count: number): readonly [number, number, number] => {
    const exact = Math.min(Math.max(v * scale - 0.5, 0), count - 1)
    const low = Math.floor(exact)
    return [low, Math.min(low + 1, count - 1), exact - low]
  }
  const [x0, y0, x1, y1] = box
  // A pixel belongs to a box by its left and top edge, as in crop_mask.
  for (let y = Math.max(0, Math.ceil(y0)); y < Math.min(height, y1); y++)
    for (let x = Math.max(0, Math.ceil(x0)); x < Math.min(width, x1); x++) {
      const [u, v] = mapped(back, x + 0.5, y + 0.5)
      const [c0, c1, s] = place(u, columns / shown.width, columns)
      const [r0, r1, t] = place(v, rows / shown.height, rows)
      const value = (1 - t) * ((1 - s) * at(r0, c0) + s * at(r0, c1)) + t * ((1 - s) * at(r1, c0) + s * at(r1, c1))
      if (value > threshold) each(y * width + x)
    }
}
