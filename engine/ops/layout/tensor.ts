/** From pictures to tensors and back: the order of the axes, as networks want it. */
import {
  type ColourSpace,
  describeShape,
  type ImageShape,
  type ImageValue,
  type TensorShape,
  type TensorValue,
} from '../../values/index.ts'
import { requireImage, unsupported } from '../check.ts'
import { type At, defineOp, type Site } from '../op.ts'
import { same } from '../rows.ts'
import { pixel, sumOf, termAt } from '../terms.ts'
import { copyBox, interleaved, planar } from './box.ts'

export const imageLayouts = ['HWC', 'CHW', 'NCHW', 'NHWC'] as const
export type ImageLayout = (typeof imageLayouts)[number]

const isPlanar = (axes: string): boolean => axes.endsWith('CHW')

interface Size {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Where a number of a picture is in a tensor. */
const flat = ({ height, width, channels }: Size, planar: boolean, { y, x, c }: At): number =>
  planar ? (c * height + y) * width + x : (y * width + x) * channels + c

/** Where a number of a tensor is in a picture. */
function unflat({ height, width, channels }: Size, planar: boolean, index: number): Site {
  if (!planar)
    return pixel(Math.floor(index / channels / width), Math.floor(index / channels) % width, index % channels)
  return pixel(Math.floor(index / width) % height, index % width, Math.floor(index / width / height))
}

function tensorShape(image: ImageShape, axes: ImageLayout): TensorShape {
  requireImage('The tensor view', image)
  const { height: h, width: w, channels: c } = image
  const sides = { N: 1, C: c, H: h, W: w } as const
  const shape = [...axes].map((axis) => sides[axis as keyof typeof sides])
  return { kind: 'tensor', shape, axes: [...axes] }
}

/**
 * The picture's numbers as a tensor: HWC (H, W, C), CHW (C, H, W), NCHW (1, C, H, W) or NHWC (1, H, W, C).
 *
 * Image (H, W, C) float32 in, tensor out. HWC, NHWC, and any order of one channel, share the picture's memory.
 * @see numpy transpose(2, 0, 1)
 */
export const toTensor = defineOp<readonly [ImageValue], { readonly axes: ImageLayout }, TensorValue>({
  name: 'toTensor',
  nonFinite: 'Copied bit by bit, as by numpy.transpose.',
  async cpu(context, [image], { axes }) {
    const shape = tensorShape(image, axes)
    const { height: h, width: w, channels: c, store } = image
    if (!isPlanar(axes) || c === 1) return { ...shape, store }
    const out = context.tensor(shape)
    await context.device.dispatch({
      kernel: 'hwcToChw',
      args: [context.address(image), w, h, c, context.address(out)],
      rows: h,
      reads: [context.reading(image, same)],
    })
    return out
  },
  async gpu(context, [image], { axes }) {
    const shape = tensorShape(image, axes)
    const { height, width, channels, store } = image
    if (!isPlanar(axes) || channels === 1) return { ...shape, store }
    const out = await context.tensor(shape)
    const from = { block: context.block(image), strides: interleaved(width, channels) }
    await copyBox(context, image, from, { block: context.block(out), strides: planar(height, width) })
    return out
  },
  reach: (at, [image], { axes }) => (image?.kind === 'image' ? [unflat(image, isPlanar(axes), at.x)] : []),
  terms(at, inputs, { axes }) {
    const shape = inputs[0]?.shape
    return sumOf(shape?.kind === 'image' ? [termAt(inputs, unflat(shape, isPlanar(axes), at.x))] : [])
  },
})

export interface ToImageParams {
  readonly space: ColourSpace
  readonly alpha?: boolean
  readonly range?: readonly [number, number]
}

/** The picture's size, if the tensor's axes are those of a picture. */
export function sizeOf({ shape, axes }: TensorShape): Size | undefined {
  const [a = 1, b = 1, c = 1, d = 1] = shape
  switch (axes.join('')) {
    case 'HW':
      return { height: a, width: b, channels: 1 }
    case 'HWC':
      return { height: a, width: b, channels: c }
    case 'CHW':
      return { height: b, width: c, channels: a }
    case 'NCHW':
      return a === 1 ? { height: c, width: d, channels: b } : undefined
    case 'NHWC':
      return a === 1 ? { height: b, width: c, channels: d } : undefined
  }
  return undefined
}

function imageShape(tensor: TensorShape, { space, alpha = false, range }: ToImageParams): ImageShape {
  const wanted = 'a tensor HW, HWC, CHW, NCHW or NHWC with N = 1'
  const size = tensor.kind === 'tensor' ? sizeOf(tensor) : undefined
  if (!size) throw unsupported('The picture view', describeShape(tensor), wanted)
  const colours = size.channels - (alpha ? 1 : 0)
  if (space !== 'data' && colours !== (space === 'gray' ? 1 : 3))
    throw unsupported('The picture view', `${colours} channels for ${space}`, space === 'gray' ? 'one' : 'three')
  return { kind: 'image', ...size, space, alpha, ...(range && { range }) } as const
}

/**
 * The tensor's numbers as a picture, in the named colour space.
 *
 * Tensor HW, HWC, CHW, NCHW or NHWC (N = 1) float32 in, image (H, W, C) out. HW and HWC share the tensor's memory.
 * @throws op.unsupported for other axes and for channels that do not match the space
 */
export const toImage = defineOp<readonly [TensorValue], ToImageParams, ImageValue>({
  name: 'toImage',
  nonFinite: 'Copied bit by bit, as by numpy.transpose.',
  async cpu(context, [tensor], params) {
    const shape = imageShape(tensor, params)
    if (!isPlanar(tensor.axes.join('')) || shape.channels === 1) return { ...shape, store: tensor.store }
    const out = context.image(shape)
    await context.device.dispatch({
      kernel: 'chwToHwc',
      args: [context.address(tensor), shape.width, shape.height, shape.channels, context.address(out)],
      rows: shape.height,
    })
    return out
  },
  async gpu(context, [tensor], params) {
    const shape = imageShape(tensor, params)
    if (!isPlanar(tensor.axes.join('')) || shape.channels === 1) return { ...shape, store: tensor.store }
    const { height, width, channels } = shape
    const out = await context.image(shape)
    const from = { block: context.block(tensor), strides: planar(height, width) }
    await copyBox(context, shape, from, { block: context.block(out), strides: interleaved(width, channels) })
    return out
  },
  reach: (at, [tensor]) => (tensor?.kind === 'tensor' ? source(at, tensor) : []),
  terms(at, inputs) {
    const shape = inputs[0]?.shape
    return sumOf(shape?.kind === 'tensor' ? source(at, shape).map((from) => termAt(inputs, from)) : [])
  },
})

function source(at: At, tensor: TensorShape): readonly Site[] {
  const size = sizeOf(tensor)
  return size ? [pixel(0, flat(size, isPlanar(tensor.axes.join('')), at), 0)] : []
}
