/** Correlation with a small matrix (cv2.filter2D). */
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { type BorderMode, borderCode } from '../border.ts'
import { requireFinite, requireImage, unsupported, weightedShape } from '../check.ts'
import { defineOp } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { neighbours, sitesOf, sumOf, weigh } from '../terms.ts'
import { convolveScratch } from './scratch.ts'

export interface ConvolveParams {
  /** Rows of weights, 1 to 31 on a side, both odd. */
  readonly kernel: readonly (readonly number[])[]
  /** Added to every sum. Default 0. */
  readonly delta?: number
  readonly border: BorderMode
  /** The value outside with border `constant`. Default 0. */
  readonly value?: number
}

const label = 'The convolution'
const limit = 31

function check({ kernel, delta = 0, value = 0 }: ConvolveParams): void {
  const width = kernel[0]?.length ?? 0
  const side = (n: number): boolean => n % 2 === 1 && n <= limit
  if (!side(kernel.length) || !side(width) || kernel.some((row) => row.length !== width))
    throw unsupported(label, `a matrix of ${kernel.length} × ${width}`, `a full matrix of odd sides, 1 to ${limit}`)
  requireFinite(label, 'weights', kernel.flat())
  requireFinite(label, 'a constant', [delta, value])
}

function shapeFor(image: ImageShape, params: ConvolveParams): ImageShape {
  requireImage(label, image)
  check(params)
  return weightedShape(
    image,
    params.kernel.flat().reduce((a, b) => a + b, 0),
  )
}

/**
 * out[y, x, c] = delta + Σ_i Σ_j kernel[i][j] · image[y + i − ⌊h/2⌋, x + j − ⌊w/2⌋, c]: correlation, as every library calls
 * convolution; the matrix is not flipped.
 *
 * Image (H, W, C) float32, any C, in; the same shape out. If the weights sum to 1 the colour space and the nominal
 * range stay; otherwise the output is `data` without range. Border: any of OpenCV's five.
 * @throws op.unsupported for matrices with even, too long or ragged sides, and for non-finite numbers
 * @see OpenCV filter2D
 */
export const convolve = defineOp<readonly [ImageValue], ConvolveParams, ImageValue>({
  name: 'convolve',
  nonFinite: 'The sum as cv2.filter2D makes it: a weight of 0 reads nothing; NaN and ∞ − ∞ make the sum NaN.',
  async cpu(context, [image], params) {
    const { kernel, delta = 0, border, value = 0 } = params
    const out = context.image(shapeFor(image, params))
    const weights = kernel.flat()
    const { width, height, channels } = image
    const [kh, kw] = [kernel.length, kernel[0]?.length ?? 0]
    await context.device.dispatch({
      kernel: 'convolve',
      args: [
        ...[context.address(image), context.address(out), width, height, channels],
        ...[context.upload(weights), kw, kh, delta, borderCode(border), value],
      ],
      rows: height,
      reads: [context.reading(image, around(kh >> 1, kh >> 1, height, border))],
      scratch: convolveScratch(width, channels, kw, kh),
    })
    return out
  },
  async gpu(context, [image], params) {
    const { kernel, delta = 0, border, value = 0 } = params
    const out = await context.image(shapeFor(image, params))
    const { width, height, channels } = image
    const [kh, kw] = [kernel.length, kernel[0]?.length ?? 0]
    await context.dispatch({
      kernel: 'convolve/convolve',
      constants: { TILE: (15 + kw) * (15 + kh) },
      params: [width, height, channels, kw, kh, borderCode(border), f32(value), f32(delta)],
      buffers: [context.block(image), await context.upload(kernel.flat()), context.block(out)],
      groups: [cover(width, 16), cover(height, 16) * channels],
    })
    return out
  },
  reach: (at, [image], { kernel, border }) => sitesOf(neighbours(at, image, kernel, border)),
  local: true,
  needs: (part, [image], { kernel, border }) =>
    widened(part, image, { x: (kernel[0]?.length ?? 0) >> 1, y: kernel.length >> 1 }, border),
  terms(at, inputs, { kernel, delta = 0, border, value = 0 }) {
    const terms = weigh(neighbours(at, inputs[0]?.shape, kernel, border), inputs, value)
    return sumOf(delta === 0 ? terms : [...terms, { weight: 1, value: delta, says: 'added' }])
  },
})
