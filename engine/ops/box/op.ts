/** Sums and averages over rectangular windows (cv2.boxFilter, cv2.blur). */
import type { Block } from '../../gpu/buffers.ts'
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { type BorderMode, borderCode } from '../border.ts'
import { requireFinite, requireImage, unsupported, weightedShape } from '../check.ts'
import { type At, defineOp, type StoredShape } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { slideGrain, slideScratch } from '../slide.ts'
import { type Neighbour, neighbours, sitesOf, span, sumOf, weigh } from '../terms.ts'

export interface BoxParams {
  /** Sides of the window in pixels: odd, 1 to 511. */
  readonly width: number
  readonly height: number
  /** Whether the sum is divided by the number of pixels, so that it is an average. Default true. */
  readonly normalise?: boolean
  readonly border: BorderMode
  /** What lies outside with border `constant`. Default 0. */
  readonly value?: number
}

const label = 'The box filter'
const most = 511

const scaleOf = ({ width, height, normalise = true }: BoxParams): number => (normalise ? 1 / (width * height) : 1)

function check(image: ImageShape, { width, height, value = 0 }: BoxParams): void {
  requireImage(label, image)
  for (const side of [width, height])
    if (!Number.isInteger(side) || side % 2 !== 1 || side < 1 || side > most)
      throw unsupported(label, `a window of ${width} × ${height}`, `odd sides, 1 to ${most}`)
  requireFinite(label, 'a border value', [value])
}

/** What comes out; undefined: the picture itself. */
function shapeFor(image: ImageShape, params: BoxParams): ImageShape | undefined {
  check(image, params)
  const { width, height } = params
  return width === 1 && height === 1 ? undefined : weightedShape(image, scaleOf(params) * width * height)
}

const ones = (length: number): readonly number[] => new Array<number>(length).fill(1)

function windowAt(at: At, image: StoredShape | undefined, params: BoxParams): readonly Neighbour[] {
  const row = ones(params.width).map(() => scaleOf(params))
  return neighbours(
    at,
    image,
    ones(params.height).map(() => row),
    params.border,
  )
}

/**
 * out[y, x, c] = s · Σ image[y + i, x + j, c] over |i| ≤ height / 2, |j| ≤ width / 2, where s is one by the number of pixels, or 1.
 *
 * Image (H, W, C) float32, any C, in; the same shape out; a plain sum is `data` without a range. Border: any of OpenCV's five.
 * Sums are added in pairs, so no error piles up in large windows. A window of 1 × 1 gives the picture itself.
 * @throws op.unsupported for windows of even sides or too large ones
 * @see OpenCV boxFilter, blur; van Herk 1992, Gil and Werman 1993
 */
export const box = defineOp<readonly [ImageValue], BoxParams, ImageValue>({
  name: 'box',
  nonFinite:
    'The sum as NumPy makes it of each window by itself: NaN and ∞ − ∞ in it make it NaN, and leave no trace elsewhere.',
  async cpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const { width: kw, height: kh, border, value = 0 } = params
    const { width, height, channels } = image
    const out = context.image(shape)
    await context.device.dispatch({
      kernel: 'box',
      args: [
        ...[context.address(image), context.address(out), width, height, channels, kw, kh],
        ...[borderCode(border), value, scaleOf(params)],
      ],
      rows: height,
      grain: slideGrain(kh),
      reads: [context.reading(image, around(kh >> 1, kh >> 1, height, border))],
      scratch: slideScratch(channels, kw, kh),
    })
    return out
  },
  async gpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const { width: kw, height: kh, border, value = 0 } = params
    const { width, height, channels } = image
    const out = await context.image(shape)
    const pass = (columns: number, rows: number, constant: number, scale: number, buffers: readonly Block[]) =>
      context.dispatch({
        kernel: 'box/box',
        params: [width, height, channels, columns, rows, borderCode(border), f32(constant), f32(scale)],
        buffers,
        groups: [cover(width * channels, 64), cover(height, 4)],
      })
    const between = await context.temporary(context.block(image).bytes)
    await pass(kw, 1, value, 1, [context.block(image), between])
    await pass(1, kh, value * kw, scaleOf(params), [between, context.block(out)])
    return out
  },
  reach: (at, [image], params) => sitesOf(windowAt(at, image, params)),
  extent(at, [image], { width, height, border }) {
    if (image?.kind !== 'image') return { left: 0, top: 0, right: 0, bottom: 0 }
    const [left, right] = span(at.x, ones(width), image.width, border)
    const [top, bottom] = span(at.y, ones(height), image.height, border)
    return { left, top, right, bottom }
  },
  local: true,
  needs: (part, [image], { width, height, border }) => widened(part, image, { x: width >> 1, y: height >> 1 }, border),
  terms: (at, inputs, params) => sumOf(weigh(windowAt(at, inputs[0]?.shape, params), inputs, params.value ?? 0)),
})
