/** The kernels of derivatives that nodes share, and the shape of what they give. */
import { weightedShape } from '../engine/ops/check.ts'
import type { ImageShape } from '../engine/values/index.ts'
import { coveredShape, opaqueShape } from './alpha.ts'

type Matrix = readonly (readonly number[])[]

/** Plain numbers, with the opacity of the picture if it has one. */
export const dataShape = (image: ImageShape): ImageShape => coveredShape(image, weightedShape(opaqueShape(image), 0))

/** Where formulas make plain numbers. */
export const asData = { space: 'data', range: null } as const

/** Rows from a column of taps and a row of taps. */
export const outer = (y: readonly number[], x: readonly number[]): Matrix => y.map((v) => x.map((u) => u * v))

export const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, y) => row.map((v, x) => v + (b[y]?.[x] ?? 0)))
export const times = (a: Matrix, by: number): Matrix => a.map((row) => row.map((v) => v * by))

/** Taps of Sobel's derivative of this order, 0 to 2: cv2.getDerivKernels. @param size odd, above `order` */
export function sobelTaps(order: number, size: number): readonly number[] {
  let taps: readonly number[] = [1]
  const by = (a: number, b: number) => {
    taps = Array.from({ length: taps.length + 1 }, (_, i) => a * (taps[i] ?? 0) + b * (taps[i - 1] ?? 0))
  }
  for (let i = 0; i < size - order - 1; i++) by(1, 1)
  for (let i = 0; i < order; i++) by(-1, 1)
  return taps
}

/** The kernel of cv2.Laplacian. @param size 1, 3, 5, … */
export function laplacianKernel(size: number): Matrix {
  if (size === 1)
    return [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ]
  if (size === 3)
    return [
      [2, 0, 2],
      [0, -8, 0],
      [2, 0, 2],
    ]
  const [second, smooth] = [sobelTaps(2, size), sobelTaps(0, size)]
  return plus(outer(smooth, second), outer(second, smooth))
}
