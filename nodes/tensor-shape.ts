/** Pictures as tensors and back: their shapes. */
import { unsupported } from '../engine/ops/check.ts'
import type { ImageLayout } from '../engine/ops/layout/tensor.ts'
import type { ColourSpace, ImageShape, TensorShape } from '../engine/values/index.ts'
import { enlargement, toSource } from '../engine/values/placement.ts'
import type { Prepared } from '../engine/values/prepared.ts'

const orders: Readonly<Partial<Record<ColourSpace, Prepared['order']>>> = { rgb: 'RGB', bgr: 'BGR', gray: 'gray' }

/** Whether a picture lies in its own proportions in the one that was made of it; undefined where it fills it without distortion. */
function fitOf(image: ImageShape): Prepared['fit'] {
  if (!image.placement) return undefined
  const { source } = image.placement
  const [x, y] = enlargement(image)
  const [width, height] = [source.width / x, source.height / y]
  // A side is rounded to whole pixels.
  if (Math.abs(width * source.height - height * source.width) > Math.max(source.width, source.height)) return 'stretch'
  const back = toSource(image)
  const inside = ([x, y]: readonly [number, number]): boolean =>
    x >= -1e-3 && y >= -1e-3 && x <= source.width + 1e-3 && y <= source.height + 1e-3
  return inside(back(0, 0)) && inside(back(image.width, image.height)) ? undefined : 'letterbox'
}

/** How the numbers of this picture were made, as they are; undefined where they are no colours from 0 to 1. */
export function preparedOf(image: ImageShape): Prepared | undefined {
  const { space, alpha, range } = image
  const fit = fitOf(image)
  const order = orders[space]
  if (!order || alpha || range?.[0] !== 0 || range[1] !== 1) return undefined
  return { order, scale: 1, mean: [0], std: [1], ...(fit && { fit }) }
}

/** The shape of a picture's numbers in the axis order that a network wants. */
export function tensorShape({ height, width, channels }: ImageShape, layout: ImageLayout): TensorShape {
  const sides = { N: 1, C: channels, H: height, W: width } as const
  const axes = [...layout] as (keyof typeof sides)[]
  return { kind: 'tensor', shape: axes.map((axis) => sides[axis]), axes }
}

/**
 * The picture that a tensor HW, HWC, CHW, NCHW or NHWC is, in the named colour space.
 * @throws op.unsupported for other axes, for more than one picture, and for a number of channels that the space does not have
 */
export function pictureOf({ shape, axes }: TensorShape, space: ColourSpace): ImageShape {
  const side = (axis: string, absent?: number): number => shape[axes.indexOf(axis)] ?? absent ?? 0
  const [height, width, channels] = [side('H'), side('W'), side('C', 1)]
  const given = `${axes.join('')} ${shape.join(' × ')}`
  if (!['HW', 'HWC', 'CHW', 'NCHW', 'NHWC'].includes(axes.join('')) || side('N', 1) !== 1)
    throw unsupported('The picture view', given, 'one picture: axes HW, HWC, CHW, or NCHW and NHWC with N = 1')
  if (space !== 'data' && channels !== (space === 'gray' ? 1 : 3))
    throw unsupported('The picture view', `${channels} channels as ${space}`, space === 'gray' ? 'one' : 'three')
  const picture = { kind: 'image', height, width, channels, space, alpha: false } as const
  return space === 'data' ? picture : { ...picture, range: [0, 1] }
}
