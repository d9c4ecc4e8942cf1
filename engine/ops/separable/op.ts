/** Separable correlation: the columns with one set of taps, the rows with another (cv2.sepFilter2D). */
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { type BorderMode, borderCode } from '../border.ts'
import { requireFinite, requireImage, unsupported, weightedShape } from '../check.ts'
import { defineOp } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { neighbours, sitesOf, span, sumOf, weigh } from '../terms.ts'
import { separableScratch } from './scratch.ts'

export interface SeparableParams {
  /** Taps along x (within a row) and along y: odd counts, 1 to 513. */
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly border: BorderMode
  /** What lies outside with border `constant`. Default 0. */
  readonly value?: number
}

const label = 'The separable filter'
const total = (taps: readonly number[]): number => taps.reduce((a, b) => a + b, 0)
const product = ({ x, y }: SeparableParams): readonly (readonly number[])[] => y.map((v) => x.map((u) => u * v))

function check({ x, y, value = 0 }: SeparableParams): void {
  for (const taps of [x, y]) {
    if (taps.length % 2 !== 1 || taps.length > 513)
      throw unsupported(label, `${taps.length} taps`, 'an odd number of taps, 1 to 513')
    requireFinite(label, 'taps', taps)
  }
  requireFinite(label, 'a border value', [value])
}

/** What comes out; undefined: the picture itself. */
function shapeFor(image: ImageShape, params: SeparableParams): ImageShape | undefined {
  requireImage(label, image)
  check(params)
  const { x, y } = params
  if (x.length === 1 && y.length === 1 && x[0] === 1 && y[0] === 1) return undefined
  return weightedShape(image, total(x) * total(y))
}

/** Numbers that a workgroup may keep of its own. */
const TILE = 4096
/** Few sizes, as each is compiled for itself, which would be felt while a slider moves. */
const sized = (numbers: number): number => Math.ceil(numbers / 1024) * 1024
/** As many where columns and rows are done at one go, which saves a picture's way to memory and back. */
const BOTH = 8192

/**
 * out[y, x, c] = Σ_i Σ_j y[i] · x[j] · image[y + i − ⌊ny/2⌋, x + j − ⌊nx/2⌋, c]: correlation, the taps are not flipped.
 *
 * Image (H, W, C) float32, any C, in; the same shape out. Where the taps sum to 1 the colour space and the nominal range
 * stay; else the output is `data` without range. Border: any of OpenCV's five. One tap of 1 on both axes gives the image
 * itself.
 * @throws op.unsupported for even, too many or non-finite taps
 * @see OpenCV sepFilter2D
 */
export const separable = defineOp<readonly [ImageValue], SeparableParams, ImageValue>({
  name: 'separable',
  nonFinite:
    'The sum as cv2.filter2D makes it of the product of the taps: a tap of 0 reads nothing; NaN and ∞ − ∞ make the sum NaN.',
  async cpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const { x, y, border, value = 0 } = params
    const { width, height, channels } = image
    const out = context.image(shape)
    const taps = [context.upload(x), x.length, context.upload(y), y.length] as const
    await context.device.dispatch({
      kernel: 'separable',
      args: [
        ...[context.address(image), context.address(out), width, height, channels],
        ...[...taps, borderCode(border), value],
      ],
      rows: height,
      reads: [context.reading(image, around(y.length >> 1, y.length >> 1, height, border))],
      scratch: separableScratch(width, channels, x.length, y.length),
    })
    return out
  },
  async gpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const { x, y, border, value = 0 } = params
    const { width, height, channels } = image
    const out = await context.image(shape)
    const columns = 128 + (x.length - 1) * channels
    if (columns * 32 <= Math.min(BOTH, context.device.device.limits.maxComputeWorkgroupStorageSize / 4)) {
      await context.dispatch({
        kernel: 'separable/both',
        constants: { TILE: sized(columns * 32) },
        params: [width, height, channels, y.length, borderCode(border), f32(value), x.length],
        buffers: [context.block(image), await context.upload([...y, ...x]), context.block(out)],
        groups: [cover(width * channels, 128), cover(height, 32)],
      })
      return out
    }
    const between = await context.temporary(context.block(image).bytes)
    const pass = (taps: readonly number[], constant: number) =>
      [width, height, channels, taps.length, borderCode(border), f32(constant)] as const
    const tall = 32 * (31 + y.length)
    await context.dispatch({
      kernel: tall > TILE ? 'separable/longColumns' : 'separable/columns',
      ...(tall <= TILE && { constants: { TILE: sized(tall) } }),
      params: pass(y, value),
      buffers: [context.block(image), await context.upload(y), between],
      groups: [cover(width * channels, 32), cover(height, tall > TILE ? 8 : 32)],
    })
    const wide = 256 + (x.length - 1) * channels
    await context.dispatch({
      kernel: wide > TILE ? 'separable/longRows' : 'separable/rows',
      ...(wide <= TILE && { constants: { TILE: sized(wide) } }),
      params: pass(x, value * total(y)),
      buffers: [between, await context.upload(x), context.block(out)],
      groups: [cover(width * channels, 256), height],
    })
    return out
  },
  reach: (at, [image], params) => sitesOf(neighbours(at, image, product(params), params.border)),
  extent(at, [image], { x, y, border }) {
    if (image?.kind !== 'image') return { left: 0, top: 0, right: 0, bottom: 0 }
    const [left, right] = span(at.x, x, image.width, border)
    const [top, bottom] = span(at.y, y, image.height, border)
    return { left, top, right, bottom }
  },
  local: true,
  needs: (part, [image], { x, y, border }) => widened(part, image, { x: x.length >> 1, y: y.length >> 1 }, border),
  terms: (at, inputs, params) =>
    sumOf(weigh(neighbours(at, inputs[0]?.shape, product(params), params.border), inputs, params.value ?? 0)),
})
