/** Random numbers that depend only on a seed and on where they are: the start of every noise. */
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireInteger } from '../check.ts'
import { defineOp } from '../op.ts'
import { sumOf } from '../terms.ts'
import { randomAt } from './hash.ts'

export interface RandomParams {
  readonly width: number
  readonly height: number
  /** 1 to 4. */
  readonly channels: number
  /** A whole number of 32 bits, from 0. */
  readonly seed: number
  /** Where the picture begins, if it is a part of a larger one. */
  readonly left?: number
  readonly top?: number
}

function shapeFor({ width, height, channels, seed, left = 0, top = 0 }: RandomParams): ImageShape {
  for (const [name, side] of Object.entries({ width, height })) requireInteger('Random', name, side, 1, 65535)
  requireInteger('Random', 'channels', channels, 1, 4)
  requireInteger('Random', 'seed', seed, 0, 2 ** 32 - 1)
  for (const [name, place] of Object.entries({ left, top })) requireInteger('Random', name, place, 0, 65535)
  return { kind: 'image', height, width, channels, space: 'data', alpha: false, range: [0, 1] }
}

/**
 * Evenly spread numbers, 0 ≤ v < 1 in steps of 2⁻²⁴, by a hash of place, channel and seed: the same on every device, for any part.
 *
 * Nothing in, image (height, width, channels) float32 of plain data out.
 * @throws op.unsupported for sizes from 0 or above 65535, more than 4 channels, and seeds that are no whole number of 32 bits
 * @see Jarzynski and Olano, "Hash Functions for GPU Rendering", 2020 (pcg3d)
 */
export const random = defineOp<readonly [], RandomParams, ImageValue>({
  name: 'random',
  nonFinite: 'There are none.',
  async cpu(context, _, params) {
    const out = context.image(shapeFor(params))
    const { width, height, channels, seed, left = 0, top = 0 } = params
    const args = [context.address(out), width, channels, seed, left, top]
    await context.device.dispatch({ kernel: 'random', args, rows: height, reads: [] })
    return out
  },
  async gpu(context, _, params) {
    const out = await context.image(shapeFor(params))
    const { width, height, channels, seed, left = 0, top = 0 } = params
    await context.dispatch({
      kernel: 'random/random',
      params: [width, height, channels, seed, left, top],
      buffers: [context.block(out)],
      groups: [cover(width, 64), cover(height, 4)],
    })
    return out
  },
  reach: () => [],
  needs: () => [],
  makePart: (again, { part: { left, top, right, bottom }, params }) =>
    again([], {
      ...params,
      ...{ width: right - left + 1, height: bottom - top + 1 },
      ...{ left: (params.left ?? 0) + left, top: (params.top ?? 0) + top },
    }),
  terms: ({ y, x, c }, _, { seed, left = 0, top = 0 }) =>
    sumOf([{ weight: 1, value: randomAt(x + left, y + top, c, seed), says: 'random' }]),
})
