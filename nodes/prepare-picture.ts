/** A picture as a network of layers takes it: its size, its channels, its numbers. */
import type { Ops } from '../engine/ops/calls.ts'
import { div, expr, sub } from '../engine/ops/expr.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { ColourSpace, ImageValue, NetworkShape } from '../engine/values/index.ts'
import type { Dims } from '../engine/values/layers/layer.ts'
import { averageSeen, opaque } from './alpha.ts'

const normalisations = ['imagenet', 'none', 'centred'] as const

/** Parameters of every node that shows a picture to a network. */
export const preparationParams = {
  normalise: param.choice({
    default: 'imagenet',
    of: normalisations,
    names: { imagenet: 'ImageNet', none: 'None', centred: 'From -1 to 1' },
    label: 'Normalisation',
    help: 'As the weights were trained. ImageNet: mean [0.485, 0.456, 0.406] and deviation [0.229, 0.224, 0.225] of the colours.',
  }),
  fit: param.choice({
    default: 'crop',
    of: ['crop', 'stretch'],
    names: { crop: 'Middle of the picture', stretch: 'All, stretched' },
    label: 'Fit',
    help: 'How a picture of another size gets that of the input.',
  }),
}

export interface Preparation {
  readonly normalise: (typeof normalisations)[number]
  readonly fit: 'crop' | 'stretch'
}

const numbersOf = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  centred: { mean: [0.5], std: [0.5] },
} as const

/** The input of the network, which must be one of pictures. Throws `network.no-picture`. */
export function pictureOf({ layers }: Pick<NetworkShape, 'layers'>): {
  readonly channels: number
  readonly width: number
  readonly height: number
} {
  const input = (layers[0]?.set.shape as Dims | undefined) ?? []
  const [channels = 0, height = 0, width = 0] = input
  if (input.length !== 3) throw new SightlineError('network.no-picture', { given: input.join(' × ') })
  return { channels, width, height }
}

interface Sides {
  readonly width: number
  readonly height: number
}

/** How large the picture becomes, and what of it goes in: a part as large as the input. */
function placed(image: Sides, { width, height }: Sides, fit: Preparation['fit']) {
  const by = Math.max(width / image.width, height / image.height)
  const size =
    fit === 'stretch'
      ? { width, height }
      : {
          width: Math.max(width, Math.round(image.width * by)),
          height: Math.max(height, Math.round(image.height * by)),
        }
  return { by, size, x: (size.width - width) >> 1, y: (size.height - height) >> 1 }
}

/**
 * The picture in the size of the network's input: its middle, or all of it.
 * @param nearest takes numbers as they are (labels); else averages where it gets smaller, bilinear where it grows
 */
export async function fitted(ops: Ops, image: ImageValue, input: Sides, fit: Preparation['fit'], nearest = false) {
  const { width, height } = input
  if (image.width === width && image.height === height) return image
  const { by, size, x, y } = placed(image, input, fit)
  const method = nearest ? 'nearest' : by < 1 ? 'area' : 'bilinear'
  const scaled = await averageSeen(ops, image, (picture) => ops.resize(picture, { ...size, method }))
  return ops.crop(scaled, { x, y, width, height })
}

/** From a pixel of the picture to the place in the network's input, along one axis: place = scale · pixel + shift. */
export function intoInput(image: Sides, input: Sides, fit: Preparation['fit']) {
  const { size, x, y } = placed(image, input, fit)
  const axis = (from: number, to: number, offset: number) => {
    const scale = to / from
    // Whole numbers are the middles of pixels.
    return { scale, shift: 0.5 * scale - 0.5 - offset }
  }
  return { x: axis(image.width, size.width, x), y: axis(image.height, size.height, y) }
}

/** A map over the network's input as one over the whole picture: 0 where the network saw nothing of it. Maps have one channel. */
export async function overPicture(
  ops: Ops,
  map: ImageValue,
  image: Sides,
  network: Pick<NetworkShape, 'layers'>,
  fit: Preparation['fit'],
): Promise<ImageValue> {
  const input = pictureOf(network)
  const { width, height } = image
  const large = await ops.resize(map, { width: input.width, height: input.height, method: 'bilinear' })
  if (width === input.width && height === input.height) return large
  const { x, y } = intoInput(image, input, fit)
  const matrix = [x.scale, 0, x.shift, 0, y.scale, y.shift, 0, 0, 1] as const
  return ops.warp(large, { matrix, width, height, method: 'bilinear', border: 'constant' })
}

/** The channels that the network takes. Plain data of one or three channels counts as gray or RGB. Throws `op.unsupported`. */
export async function coloured(ops: Ops, image: ImageValue, channels: number): Promise<ImageValue> {
  const given = await opaque(ops, image)
  if (given.channels === channels && (given.space === 'data' || given.space === 'rgb' || given.space === 'gray'))
    return given
  if ((channels === 1 || channels === 3) && (given.channels === 1 || given.channels === 3)) {
    const space: ColourSpace = given.channels === 1 ? 'gray' : 'rgb'
    const colours = given.space === 'data' ? { ...given, space, range: [0, 1] as const } : given
    return ops.convertColour(colours, { to: channels === 1 ? 'gray' : 'rgb' })
  }
  throw new SightlineError('op.unsupported', {
    op: 'The network',
    given: `a picture of ${given.channels} channels`,
    wanted: `${channels} channels`,
  })
}

/** The picture as the network's input, (1, channels, height, width). Throws `network.no-picture`, `op.unsupported`. */
export async function prepared(
  ops: Ops,
  image: ImageValue,
  network: Pick<NetworkShape, 'layers'>,
  { normalise, fit }: Preparation,
) {
  const { channels, width, height } = pictureOf(network)
  const sized = await fitted(ops, await coloured(ops, image, channels), { width, height }, fit)
  const numbers = normalise === 'none' ? undefined : numbersOf[normalise]
  // Means of colours have no meaning for other channels.
  const [mean, std] =
    channels === 3 ? [numbers?.mean ?? [0], numbers?.std ?? [1]] : numbers ? [[0.5], [0.5]] : [[0], [1]]
  const made = numbers
    ? await ops.pointwise(sized, { formula: expr((v) => div(sub(v, mean), std)), space: 'data', range: null })
    : sized
  return ops.toTensor(made, { axes: 'NCHW' })
}
