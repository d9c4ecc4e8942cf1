/** Any formula of the pixels at the same position, in one pass: arithmetic, blending, thresholds, normalising. */
import { cover } from '../../gpu/device.ts'
import { GpuError } from '../../gpu/error.ts'
import { SightlineError } from '../../types/problem.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireImage, requireSameSize, shapeOf, unsupported } from '../check.ts'
import { COLOUR_SCRATCH } from '../colour/scratch.ts'
import { describeExpr, type Expr, evaluate, type Formula, linearOf, select, usedInputs } from '../expr.ts'
import { type At, type CpuContext, defineOp, type Readable, type Site, type StoredShape, type Terms } from '../op.ts'
import { alike } from '../parts.ts'
import { same } from '../rows.ts'
import { functionOf, pixel, sumOf, termAt } from '../terms.ts'
import { codeOf, compile } from './program.ts'
import { pointwiseScratch } from './scratch.ts'
import { type Spread, wgslOf } from './wgsl.ts'

export interface PointwiseParams {
  /** As `expr((a, b) => …)` of expr.ts writes it; it has as many inputs as there are pictures. */
  readonly formula: Formula
  /** Of the result. Absent: like the first picture with that many channels. */
  readonly space?: ColourSpace
  /** Nominal range of the result; `null`: none. Absent: that picture's. */
  readonly range?: readonly [number, number] | null
}

const label = 'The formula'
const coloursOf = ({ channels, alpha }: ImageShape): number => channels - (alpha ? 1 : 0)

/** The picture that the result resembles: the first of those with the most channels. */
const leading = (images: readonly ImageShape[]): ImageShape | undefined =>
  images.reduce<ImageShape | undefined>((best, image) => {
    return best && coloursOf(best) >= coloursOf(image) ? best : image
  }, undefined)

/**
 * What a formula of these pictures gives.
 * @throws shape.mismatch if their sizes, channels or colour spaces do not match
 */
export function pointwiseShape(
  images: readonly ImageShape[],
  { space, range }: Omit<PointwiseParams, 'formula'>,
): ImageShape {
  const like = leading(images)
  if (!like) throw unsupported(label, 'no picture', 'at least one')
  for (const image of images) {
    requireSameSize(like, image)
    const colours = coloursOf(image)
    const alone = image.channels === 1
    if (!alone && (colours !== coloursOf(like) || (colours !== 3 && image.alpha !== like.alpha)))
      throw mismatch('channels', like.channels, image.channels, 'Give both as many, or one of them 1 channel.')
    if (!alone && image.space !== like.space && image.space !== 'data' && like.space !== 'data')
      throw mismatch('colour space', like.space, image.space, 'Convert one of them first.')
  }
  const alpha = images.some((image) => image.alpha)
  const { range: nominal, ...shape } = inPlace(like)
  const given = range === undefined ? nominal : range
  return {
    ...shape,
    channels: coloursOf(like) + (alpha ? 1 : 0),
    alpha,
    space: space ?? like.space,
    ...(given && { range: given }),
  }
}

const mismatch = (what: string, a: string | number, b: string | number, advice: string): SightlineError =>
  new SightlineError('shape.mismatch', { what, a: `${a}`, b: `${b}`, advice })

function checkConstants(body: Expr, colours: number): void {
  if (body.kind === 'call') for (const arg of body.args) checkConstants(arg, colours)
  else if (body.kind === 'constant' && body.values.length !== 1 && body.values.length !== colours)
    throw unsupported(label, `${body.values.length} numbers a pixel`, `1 or ${colours}, one for each channel`)
}

/** A list of constants has no number for opacity, which is not part of the formula. */
const padConstants = (body: Expr, channels: number): Expr => {
  if (body.kind === 'call') return { ...body, args: body.args.map((arg) => padConstants(arg, channels)) }
  if (body.kind !== 'constant' || body.values.length === 1) return body
  return { kind: 'constant', values: Array.from({ length: channels }, (_, c) => body.values[c] ?? 0) }
}

/** The formula for all channels: opacity, if it is the last, is taken from the first picture that has it. */
function withAlpha(images: readonly ImageShape[], shape: ImageShape, body: Expr): Expr {
  if (!shape.alpha) return body
  const mask = Array.from({ length: shape.channels }, (_, c) => (c === shape.channels - 1 ? 1 : 0))
  const opacity: Expr = { kind: 'input', index: images.findIndex(({ alpha }) => alpha) }
  return select(mask, opacity, padConstants(body, shape.channels))
}

/** A picture without opacity beside ones that have it gets an opacity of 1. Swapping red and blue twice adds it. */
async function opaque(context: CpuContext, image: ImageValue): Promise<ImageValue> {
  let from = image
  for (let pass = 0; pass < 2; pass++) {
    const out = context.image({ ...shapeOf(image), channels: 4, alpha: true })
    await context.device.dispatch({
      kernel: 'rgbToBgr',
      args: [context.address(from), from.channels, context.address(out), 4, image.width],
      rows: image.height,
      reads: [context.reading(from, same)],
      scratch: COLOUR_SCRATCH,
    })
    from = out
  }
  return from
}

const imagesOf = (shapes: readonly StoredShape[]): readonly ImageShape[] =>
  shapes.filter((shape) => shape.kind === 'image')

/** The sites that inputs are read at; one channel stands for all. */
const site = (images: readonly ImageShape[], at: At, input: number): Site =>
  pixel(at.y, at.x, images[input]?.channels === 1 ? 0 : at.c, input)

/** Which inputs the output value comes from. */
function inputsAt(images: readonly ImageShape[], { formula, ...params }: PointwiseParams, at: At): readonly number[] {
  const shape = pointwiseShape(images, params)
  if (shape.alpha && at.c === shape.channels - 1) return [images.findIndex(({ alpha }) => alpha)]
  return [...usedInputs(formula.body)].sort((a, b) => a - b)
}

function explain(at: At, inputs: readonly Readable[], params: PointwiseParams): Terms {
  const { formula } = params
  const images = imagesOf(inputs.map(({ shape }) => shape))
  const used = inputsAt(images, params, at)
  const shape = pointwiseShape(images, params)
  const terms = used.map((input) => termAt(inputs, site(images, at, input)))
  if (shape.alpha && at.c === shape.channels - 1) return sumOf(terms)
  const linear = linearOf(formula, at.c)
  if (linear) {
    const weighted = terms.map((term) => ({ ...term, weight: linear.weights[term.from?.input ?? 0] ?? 0 }))
    return sumOf(linear.constant === 0 ? weighted : [...weighted, { weight: 1, value: linear.constant, says: 'added' }])
  }
  const values: number[] = []
  for (const [i, input] of used.entries()) values[input] = terms[i]?.value ?? Number.NaN
  return functionOf(terms, describeExpr(formula.body), evaluate(formula.body, values, at.c))
}

const spreadOf = (image: ImageShape, channels: number): Spread =>
  image.channels === channels ? 'same' : image.channels === 1 ? 'plane' : 'opaque'

function shapeFor(
  images: readonly ImageShape[],
  formula: Formula,
  params: Omit<PointwiseParams, 'formula'>,
): ImageShape {
  for (const image of images) requireImage(label, image)
  if (images.length !== formula.inputs)
    throw unsupported(label, `${images.length} pictures`, `${formula.inputs}, as many as it names`)
  const shape = pointwiseShape(images, params)
  checkConstants(formula.body, coloursOf(shape))
  return shape
}

/**
 * out[y, x, c] = formula(a[y, x, c], b[y, x, c], …), in float32.
 *
 * Images (H, W, C) float32 of one size, C the same or 1 (a plane that serves every channel), in; image (H, W, C) out.
 * Opacity is not part of the formula: the result has that of the first picture with any. Constants are one number, or one for
 * each channel. Division by 0 gives ±∞ or NaN, as in IEEE 754.
 * @throws shape.mismatch for different sizes, channels or colour spaces; op.unsupported for a formula with another number
 * of inputs, or lists of constants that are not one for each channel
 */
export const pointwise = defineOp<readonly ImageValue[], PointwiseParams, ImageValue>({
  name: 'pointwise',
  nonFinite:
    'Each function as the NumPy ufunc of its name: minimum, maximum and clip keep NaN, comparisons with NaN are 0 (not equal), arithmetic is IEEE.',
  async cpu(context, images, { formula, ...params }) {
    const shape = shapeFor(images, formula, params)
    const { channels, width, height } = shape
    const program = compile(withAlpha(images, shape, formula.body), channels)
    const { constants, temporaries } = program
    const out = context.image(shape)
    const planes = images.map((image) =>
      image.channels === 1 || image.channels === channels ? image : opaque(context, image),
    )
    const given = await Promise.all(planes)
    const table = given.flatMap((image) => [context.address(image), image.channels])
    const code = codeOf(program, images.length)
    const registers = images.length + constants.length + 1 + temporaries
    await context.device.dispatch({
      kernel: 'pointwise',
      args: [
        ...[context.upload(code), code.length / 5, context.upload(Uint32Array.from(table)), images.length],
        ...[context.upload(constants.flat()), constants.length],
        ...[context.upload(Uint32Array.of(context.address(out))), 1, temporaries, width, channels],
      ],
      rows: height,
      reads: given.map((image) => context.reading(image, same)),
      scratch: pointwiseScratch(registers),
    })
    return out
  },
  async gpu(context, images, { formula, ...params }) {
    const shape = shapeFor(images, formula, params)
    const { channels, width, height } = shape
    const program = compile(withAlpha(images, shape, formula.body), channels)
    const out = await context.image(shape)
    const constants = program.constants.length > 0 ? [await context.upload(program.constants.flat())] : []
    const inputs = program.inputs.flatMap((index) => images[index] ?? [])
    const most = context.device.device.limits.maxStorageBuffersPerShaderStage
    if (inputs.length + 2 > most) throw new GpuError('limit', `${inputs.length} pictures, of ${most - 2} at most`)
    await context.dispatch({
      kernel: 'pointwise/pointwise',
      code: wgslOf(
        program,
        images.map((image) => spreadOf(image, channels)),
      ),
      params: [width * channels, height, channels],
      buffers: [...constants, ...inputs.map((image) => context.block(image)), context.block(out)],
      groups: [cover(width * channels, 64), cover(height, 4)],
    })
    return out
  },
  reach: (at, shapes, params) => {
    const images = imagesOf(shapes)
    return inputsAt(images, params, at).map((input) => site(images, at, input))
  },
  local: true,
  needs: alike,
  terms: explain,
})
