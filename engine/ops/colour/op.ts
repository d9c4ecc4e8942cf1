/** Colour-space conversion (cv2.cvtColor), from any space to any other. */
import { cover } from '../../gpu/device.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, unsupported } from '../check.ts'
import { type At, type CpuContext, defineOp, type GpuContext, type Readable, type Terms } from '../op.ts'
import { alike } from '../parts.ts'
import { same } from '../rows.ts'
import { functionOf, pixel, sumOf, termAt } from '../terms.ts'
import { affine, type Colour, fromRgb, toRgb } from './formulas.ts'
import { COLOUR_SCRATCH } from './scratch.ts'

export interface ConvertColourParams {
  readonly to: Colour
}

const label = 'The colour conversion'

const isColour = (space: ColourSpace): space is Colour => space !== 'data'

/** The picture's colour space, after checking that its channels match. */
function colourOf(image: ImageShape): Colour {
  const { space, channels, alpha } = image
  const wanted = 'a gray picture of 1 channel or a colour picture of 3, or 4 with alpha'
  if (!isColour(space)) throw unsupported(label, 'plain data', 'a picture in a colour space')
  const colours = channels - (alpha ? 1 : 0)
  if (colours !== (space === 'gray' ? 1 : 3)) throw unsupported(label, `${channels} channels of ${space}`, wanted)
  return space
}

const keepsAlpha = (to: ColourSpace): boolean => to === 'rgb' || to === 'bgr' || to === 'linear'

/** The result: alpha is kept if the target consists of red, green and blue; HSV and Lab have no common range. */
export function convertedShape(image: ImageShape, to: Colour): ImageShape {
  if (image.space === to) return image
  const { height, width } = image
  const alpha = image.alpha && keepsAlpha(to)
  const { placement } = image
  const channels = to === 'gray' ? 1 : alpha ? 4 : 3
  const shape = { kind: 'image', height, width, channels, space: to, alpha, ...(placement && { placement }) } as const
  return to === 'hsv' || to === 'lab' ? shape : { ...shape, range: [0, 1] }
}

const toKernels = { bgr: 'rgbToBgr', hsv: 'hsvToRgb', lab: 'labToRgb', linear: 'linearToRgb', ycrcb: 'yCrCbToRgb' }
const fromKernels = { bgr: 'rgbToBgr', hsv: 'rgbToHsv', lab: 'rgbToLab', linear: 'rgbToLinear', ycrcb: 'rgbToYCrCb' }

/** The pass between RGB and another colour space of three channels, or to gray. */
const kernelOf = (from: ColourSpace, to: Colour): string =>
  to === 'gray'
    ? 'rgbToGray'
    : to === 'rgb'
      ? toKernels[from as keyof typeof toKernels]
      : fromKernels[to as keyof typeof fromKernels]

/** One pass over the picture, to RGB or from it. */
async function pass(context: CpuContext, image: ImageValue, to: Colour): Promise<ImageValue> {
  const out = context.image(convertedShape(image, to))
  const { width, height: rows, channels, space } = image
  const src = context.address(image)
  const dst = context.address(out)
  const reads = [context.reading(image, same)]
  if (space === 'gray')
    await context.device.dispatch({ kernel: 'grayToRgb', args: [src, dst, out.channels, width], rows, reads })
  else if (to === 'gray')
    await context.device.dispatch({
      kernel: 'rgbToGray',
      args: [src, channels, dst, width],
      rows,
      reads,
      scratch: COLOUR_SCRATCH,
    })
  else {
    await context.device.dispatch({
      kernel: kernelOf(space, to),
      args: [src, channels, dst, out.channels, width],
      rows,
      reads,
      scratch: COLOUR_SCRATCH,
    })
  }
  return out
}

/** As the kernel counts them. */
const modes = [
  ...['rgbToBgr', 'rgbToHsv', 'hsvToRgb', 'rgbToLab', 'labToRgb'],
  ...['rgbToLinear', 'linearToRgb', 'rgbToYCrCb', 'yCrCbToRgb', 'rgbToGray'],
]

async function passOnGpu(context: GpuContext, image: ImageValue, to: Colour): Promise<ImageValue> {
  const out = await context.image(convertedShape(image, to))
  const { width, height, channels, space } = image
  await context.dispatch({
    kernel: 'colour/convert',
    // Gray has one number for all three: nothing is converted.
    constants: { MODE: space === 'gray' ? 0 : modes.indexOf(kernelOf(space, to)) },
    params: [width, height, channels, out.channels],
    buffers: [context.block(image), context.block(out)],
    groups: [cover(width, 64), cover(height, 4)],
  })
  return out
}

/** As `convert`, on the GPU. */
export async function convertOnGpu(context: GpuContext, image: ImageValue, to: Colour): Promise<ImageValue> {
  const from = colourOf(image)
  if (from === to) return image
  const rgb = from === 'rgb' ? image : await passOnGpu(context, image, 'rgb')
  return to === 'rgb' ? rgb : passOnGpu(context, rgb, to)
}

/** The picture in another colour space, for ops that need it as a step. */
export async function convert(context: CpuContext, image: ImageValue, to: Colour): Promise<ImageValue> {
  const from = colourOf(image)
  if (from === to) return image
  const rgb = from === 'rgb' ? image : await pass(context, image, 'rgb')
  return to === 'rgb' ? rgb : pass(context, rgb, to)
}

/** The affine map to channel `c`, if there is one: its constant and a weight for each source channel. */
function weightsOf(from: Colour, to: Colour, c: number): { constant: number; weights: readonly number[] } | undefined {
  if (!affine.has(from) || !affine.has(to)) return undefined
  const through = (values: readonly number[]): number => fromRgb[to](toRgb[from](values))[c] ?? Number.NaN
  const channels = from === 'gray' ? [0] : [0, 1, 2]
  const constant = through(channels.map(() => 0))
  const exact = (weight: number): number => (Math.abs(weight) < 1e-12 ? 0 : weight)
  const unit = (channel: number) => channels.map((k) => (k === channel ? 1 : 0))
  return { constant, weights: channels.map((channel) => exact(through(unit(channel)) - constant)) }
}

/** The source channels of output channel `c`. */
function sources(image: ImageShape, to: Colour, c: number): readonly number[] {
  const from = image.space
  if (from === to || !isColour(from)) return [c]
  if (image.alpha && keepsAlpha(to) && c === 3) return [c]
  if (keepsAlpha(from) && keepsAlpha(to)) return [(from === 'bgr') === (to === 'bgr') ? c : 2 - c]
  const affine = weightsOf(from, to, c)?.weights
  if (from === 'gray') return [0]
  return affine ? affine.flatMap((weight, channel) => (weight === 0 ? [] : [channel])) : [0, 1, 2]
}

function explain(at: At, inputs: readonly Readable[], to: Colour): Terms {
  const shape = inputs[0]?.shape
  if (shape?.kind !== 'image' || !isColour(shape.space)) return sumOf([])
  const { space } = shape
  const channels = sources(shape, to, at.c)
  const read = (c: number, weight = 1) => termAt(inputs, pixel(at.y, at.x, c), weight)
  if (space === to || (at.c === 3 && shape.alpha)) return sumOf([read(at.c)])
  const map = weightsOf(space, to, at.c)
  // With an infinity the weighted sum may give ∞ where the formula, which takes differences, gives NaN.
  if (map && channels.every((c) => Math.abs(read(c).value) !== Infinity)) {
    const terms = channels.map((c) => read(c, map.weights[c]))
    return sumOf(map.constant === 0 ? terms : [...terms, { weight: 1, value: map.constant, says: 'added' }])
  }
  const values = Array.from({ length: space === 'gray' ? 1 : 3 }, (_, c) => read(c).value)
  const result = fromRgb[to](toRgb[space](values))[at.c] ?? Number.NaN
  return functionOf(
    channels.map((c) => read(c)),
    `${space} → ${to}`,
    result,
  )
}

/**
 * The picture in colour space `to`, with OpenCV's formulas for float pictures.
 *
 * Image (H, W, C) float32, C 1 (gray) or 3, or 4 with alpha, in any colour space but `data`; (H, W, 1) for gray, else
 * (H, W, 3) out, or 4 where there was alpha and the target is rgb, bgr or linear. RGB 0..1; H in degrees 0..360, S and V
 * 0..1; L 0..100 and a, b around 0 (D65); Cr and Cb around 0.5; gray = 0.299 R + 0.587 G + 0.114 B. Lab takes and gives
 * RGB clipped to 0..1; the others keep values beyond. If neither side is RGB, it goes through RGB in two passes.
 * @throws op.unsupported for `data`, and for channels that do not match the colour space
 * @see OpenCV cvtColor, "Color conversions"
 */
export const convertColour = defineOp<readonly [ImageValue], ConvertColourParams, ImageValue>({
  name: 'convertColour',
  nonFinite:
    'The formulas as NumPy computes them: NaN in any colour that a number is made of makes it NaN, also through a minimum, a maximum or clipping.',
  cpu(context, [image], { to }) {
    requireImage(label, image)
    return convert(context, image, to)
  },
  gpu(context, [image], { to }) {
    requireImage(label, image)
    return convertOnGpu(context, image, to)
  },
  reach: (at, [shape], { to }) =>
    shape?.kind === 'image' ? sources(shape, to, at.c).map((c) => pixel(at.y, at.x, c)) : [],
  local: true,
  needs: alike,
  terms: (at, inputs, { to }) => explain(at, inputs, to),
})
