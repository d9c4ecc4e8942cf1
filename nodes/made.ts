/** Pictures that are made of nothing: their parameters, and places as numbers. */
import type { Ops } from '../engine/ops/calls.ts'
import { param } from '../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'
import type { Homography } from '../engine/values/placement.ts'

export const sizeParams = {
  width: param.integer({
    default: 512,
    min: 1,
    max: 16384,
    soft: [1, 2048],
    unit: 'px',
    label: 'Width',
    help: 'Of the picture, in pixels.',
  }),
  height: param.integer({
    default: 512,
    min: 1,
    max: 16384,
    soft: [1, 2048],
    unit: 'px',
    label: 'Height',
    help: 'Of the picture, in pixels.',
  }),
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const rgbShape = ({ width, height }: Size): ImageShape => ({
  ...{ kind: 'image', height, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
})

/** A few pixels in RGB, row by row. */
export const fewPixels = async (
  ops: Ops,
  width: number,
  numbers: readonly (readonly number[])[],
): Promise<ImageValue> =>
  (await ops.fromNumbers({
    shape: rgbShape({ width, height: numbers.length / width }),
    numbers: numbers.flat(),
  })) as ImageValue

/**
 * A few pixels spread over a picture: `matrix` leads from a place of the picture to one of theirs, both from the corner of the first
 * pixel. The picture is never held in memory as numbers of the engine's own thread.
 */
export const spread = (
  ops: Ops,
  few: ImageValue,
  { width, height }: Size,
  { matrix, ...how }: { matrix: Homography; method: 'nearest' | 'bilinear'; border: 'replicate' | 'wrap' },
): Promise<ImageValue> => {
  const [a, b, c, d, e, f, g, h, i] = matrix
  // Of an op, places count from the middle of a pixel.
  const moved = [a, b, c + (a + b) / 2 - 0.5, d, e, f + (d + e) / 2 - 0.5, g, h, i] as const
  return ops.warp(few, { matrix: moved, width, height, ...how })
}
