/** A rectangle of a picture (an array slice). */
import { SightlineError } from '../../types/problem.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, shapeOf } from '../check.ts'
import { defineOp } from '../op.ts'
import { moved, needed } from '../parts.ts'
import { pixel, sumOf, termAt } from '../terms.ts'
import { copyBox, interleaved } from './box.ts'

export interface CropParams {
  /** The left and upper edge in pixels, from 0. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const label = 'Crop'

function check(image: ImageShape, { x, y, width, height }: CropParams): void {
  requireImage(label, image)
  for (const [name, value] of Object.entries({ x, y })) requireInteger(label, name, value, 0, 2 ** 30)
  for (const [name, value] of Object.entries({ width, height })) requireInteger(label, name, value, 1, 2 ** 30)
  if (x + width > image.width || y + height > image.height)
    throw new SightlineError('shape.out-of-bounds', {
      what: 'The rectangle',
      given: `x ${x} to ${x + width}, y ${y} to ${y + height}`,
      size: `${image.width} × ${image.height} pixels`,
    })
}

/**
 * image[y : y + height, x : x + width].
 *
 * Image (H, W, C) float32 in, (height, width, C) out, of the same colour space and range. The whole picture is returned as it is.
 * @throws shape.out-of-bounds if the rectangle leaves the picture; op.unsupported for fractions and empty rectangles
 */
export const crop = defineOp<readonly [ImageValue], CropParams, ImageValue>({
  name: 'crop',
  nonFinite: 'Copied bit by bit, as numpy slices are.',
  eightBit: true,
  async cpu(context, [image], params) {
    check(image, params)
    const { x, y, width, height } = params
    if (width === image.width && height === image.height) return image
    const { address, eightBit } = context.stored(image)
    const shape = { ...shapeOf(image), height, width }
    const out = eightBit ? context.eightBitImage(shape) : context.image(shape)
    const pixel = image.channels * (eightBit ? 1 : 4)
    const [stride, bytes] = [image.width * pixel, width * pixel]
    const args = [address + y * stride + x * pixel, stride, context.stored(out).address, bytes, bytes]
    await context.device.dispatch({
      kernel: 'copyRegion',
      args,
      rows: height,
      reads: [context.reading(image, (y0, y1) => [y0 + y, y1 + y])],
    })
    return out
  },
  async gpu(context, [image], params) {
    check(image, params)
    const { x, y, width, height } = params
    if (width === image.width && height === image.height) return image
    const { channels } = image
    const out = await context.image({ ...shapeOf(image), height, width })
    const strides = interleaved(image.width, channels)
    await copyBox(
      context,
      { height, width, channels },
      { block: context.block(image), start: y * strides[0] + x * strides[1], strides },
      { block: context.block(out), strides: interleaved(width, channels) },
    )
    return out
  },
  reach: (at, _, { x, y }) => [pixel(at.y + y, at.x + x, at.c)],
  needs: (part, _, { x, y }) => [moved(part, x, y)],
  makePart: async (_, { inputs: [image] }) => needed(image),
  terms: (at, inputs, { x, y }) => sumOf([termAt(inputs, pixel(at.y + y, at.x + x, at.c))]),
})
