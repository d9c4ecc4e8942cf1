/** Taking channels out of a picture and merging them (cv2.split, cv2.merge). */
import { cover } from '../../gpu/device.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, requireSameSize, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { alike } from '../parts.ts'
import { channelRange } from '../ranges.ts'
import { same } from '../rows.ts'
import { pixel, sumOf, termAt } from '../terms.ts'
import { copyBox, interleaved } from './box.ts'

function channelShape(image: ImageShape, index: number): ImageShape {
  requireImage('The channel', image)
  const { height, width, channels, space } = image
  requireInteger('The channel', 'channel', index, 0, channels - 1)
  const range = channelRange(image, index)
  const gray = space === 'gray' && index === 0
  const shape = { kind: 'image', height, width, channels: 1, space: gray ? 'gray' : 'data', alpha: false } as const
  return range ? { ...shape, range } : shape
}

/**
 * One channel of a picture, counted from 0.
 *
 * Image (H, W, C) float32 in, (H, W, 1) out: `data` with the channel's nominal range, or gray if the picture is gray.
 * @throws op.unsupported if there is no such channel
 */
export const channel = defineOp<readonly [ImageValue], { readonly index: number }, ImageValue>({
  name: 'channel',
  nonFinite: 'Copied bit by bit, as numpy slices are.',
  async cpu(context, [image], { index }) {
    const shape = channelShape(image, index)
    const { height, width, channels } = image
    if (channels === 1) return image
    const out = context.image(shape)
    const args = [context.address(image), channels, index, context.address(out), width]
    await context.device.dispatch({ kernel: 'splitChannel', args, rows: height, reads: [context.reading(image, same)] })
    return out
  },
  async gpu(context, [image], { index }) {
    const shape = channelShape(image, index)
    const { height, width, channels } = image
    if (channels === 1) return image
    const out = await context.image(shape)
    const from = { block: context.block(image), start: index, strides: interleaved(width, channels) }
    await copyBox(context, { height, width, channels: 1 }, from, {
      block: context.block(out),
      strides: interleaved(width, 1),
    })
    return out
  },
  reach: (at, _, { index }) => [pixel(at.y, at.x, index)],
  local: true,
  needs: alike,
  terms: (at, inputs, { index }) => sumOf([termAt(inputs, pixel(at.y, at.x, index))]),
})

export interface MergeParams {
  readonly space: ColourSpace
  /** The last channel is opacity. */
  readonly alpha?: boolean
  readonly range?: readonly [number, number]
}

function mergedShape(planes: readonly ImageShape[], { space, alpha = false, range }: MergeParams): ImageShape {
  const [first] = planes
  const count = planes.length
  if (!first || count < 2 || count > 4) throw unsupported('Merge', `${count} pictures`, '2 to 4')
  for (const plane of planes) {
    requireImage('Merge', plane)
    if (plane.channels !== 1) throw unsupported('Merge', `${plane.channels} channels`, 'pictures of 1 channel')
    requireSameSize(first, plane)
  }
  const colours = count - (alpha ? 1 : 0)
  if (space !== 'data' && colours !== (space === 'gray' ? 1 : 3))
    throw unsupported('Merge', `${colours} channels for ${space}`, space === 'gray' ? 'one' : 'three')
  const { height, width } = first
  const shape = { kind: 'image', height, width, channels: count, space, alpha } as const
  return range ? { ...shape, range } : shape
}

/**
 * Merges two to four pictures of one channel.
 *
 * Images (H, W, 1) float32 in, (H, W, C) out, C as many as there are, in the named colour space.
 * @throws shape.mismatch for different sizes; op.unsupported for more channels, and for a count that does not match the space
 */
export const merge = defineOp<readonly ImageValue[], MergeParams, ImageValue>({
  name: 'merge',
  nonFinite: 'Copied bit by bit, as by numpy.dstack.',
  async cpu(context, planes, params) {
    const shape = mergedShape(planes, params)
    const { height, width, channels: count } = shape
    const out = context.image(shape)
    const addresses = [0, 1, 2, 3].map((i) => context.address(planes[i] ?? (planes[0] as ImageValue)))
    const args = [...addresses, count, context.address(out), width]
    const reads = planes.map((plane) => context.reading(plane, same))
    await context.device.dispatch({ kernel: 'mergePlanes', args, rows: height, reads })
    return out
  },
  async gpu(context, planes, params) {
    const shape = mergedShape(planes, params)
    const { height, width, channels } = shape
    const out = await context.image(shape)
    const blocks = [0, 1, 2, 3].map((i) => context.block(planes[i] ?? (planes[0] as ImageValue)))
    await context.dispatch({
      kernel: 'layout/merge',
      params: [width, height, channels],
      buffers: [...blocks, context.block(out)],
      groups: [cover(width, 64), cover(height, 4)],
    })
    return out
  },
  reach: (at) => [pixel(at.y, at.x, 0, at.c)],
  local: true,
  needs: alike,
  terms: (at, inputs) => sumOf([termAt(inputs, pixel(at.y, at.x, 0, at.c))]),
})
