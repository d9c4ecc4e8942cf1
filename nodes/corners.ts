/** What corner detectors share: the products of the derivatives around each pixel, and the largest responses. */
import type { Ops } from '../engine/ops/calls.ts'
import { add, div, expr, type Formula, mul, sqrt, sub } from '../engine/ops/expr.ts'
import { param } from '../engine/types/param.ts'
import type { ImageValue, KeypointsShape, KeypointsValue, TensorValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'

/** The input of detectors: a wire from a colour picture converts it. */
export const grayInput = socket.image({
  channels: [1],
  help: 'One channel. A colour picture becomes gray on the wire.',
})

export const blockParam = param.integer({
  default: 3,
  min: 1,
  max: 63,
  soft: [2, 15],
  unit: 'px',
  label: 'Block size',
  help: 'Side of the square whose slopes are looked at together. A larger one finds larger, fewer corners.',
})

/** Ones over a square of this side. The middle of an even one is right of and below its centre, as cv2.boxFilter has it. */
const boxTaps = (side: number): readonly number[] =>
  side % 2 === 1 ? new Array<number>(side).fill(1) : [...new Array<number>(side).fill(1), 0]

/**
 * A formula of a = Σ gx², b = Σ gx·gy and c = Σ gy², the sums over a block of `side` pixels, of the derivatives divided by 4 · side as
 * cv2.cornerHarris divides them.
 * @param scale of a quick preview, at which slopes are as much steeper
 */
export async function blockwise(
  ops: Ops,
  image: ImageValue,
  side: number,
  scale: number,
  formula: Formula,
): Promise<ImageValue> {
  const { x, y } = await ops.sobel(image, { border: 'reflect101', outputs: ['x', 'y'] })
  if (!x || !y) throw new Error('Sobel gave no derivatives')
  const by = (scale / (4 * side)) ** 2
  const product = expr((u, v) => mul(mul(u, v), by))
  const taps = boxTaps(side)
  const sums: ImageValue[] = []
  for (const [u, v] of [
    [x, x],
    [x, y],
    [y, y],
  ] as const) {
    const products = await ops.pointwise(u, v, { formula: product, space: 'data', range: null })
    sums.push(await ops.separable(products, { x: taps, y: taps, border: 'reflect101' }))
  }
  const [a, b, c] = sums as [ImageValue, ImageValue, ImageValue]
  return ops.pointwise(a, b, c, { formula, space: 'data', range: null })
}

/** ac − b² − k (a + c)² */
export const harrisFormula = (k: number): Formula =>
  expr((a, b, c) => sub(sub(mul(a, c), mul(b, b)), mul(mul(add(a, c), add(a, c)), k)))

/** The smaller eigenvalue of the matrix a b, b c. */
export const smallerEigenvalue: Formula = expr((a, b, c) =>
  sub(div(add(a, c), 2), sqrt(add(mul(mul(sub(a, c), sub(a, c)), 0.25), mul(b, b)))),
)

/** Rows of x, y, size, angle and response as a value over a picture of this size. */
export async function keypointsFrom(
  rows: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
  ops: Ops,
  descriptors?: TensorValue,
): Promise<KeypointsValue> {
  const shape = { kind: 'tensor', shape: [rows.length / 5, 5], axes: ['N', 'C'] } as const
  const points = (await ops.fromNumbers({ shape, numbers: rows })) as TensorValue
  return { kind: 'keypoints', width, height, points, ...(descriptors && { descriptors }) }
}

/** Numbers copied out of a picture, to be moved to a work. */
export async function floatsOf(ops: Ops, image: ImageValue): Promise<Float32Array<ArrayBuffer>> {
  const numbers = await ops.read(image, {})
  return numbers instanceof Float32Array ? (numbers as Float32Array<ArrayBuffer>) : Float32Array.from(numbers)
}

/** Some of these keypoints: how many, nobody knows before. */
export const unnumbered = ({ count: _, ...shape }: KeypointsShape): KeypointsShape => shape
