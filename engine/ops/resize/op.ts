/** Another size of a picture (cv2.resize). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, shapeOf } from '../check.ts'
import { type At, defineOp, type StoredShape } from '../op.ts'
import { sampleRegionOnGpu } from '../region/region.ts'
import type { Rows } from '../rows.ts'
import { type Neighbour, pixel, sitesOf, sumOf, weigh } from '../terms.ts'
import { axisWeights, type ResizeMethod, resizeMethods } from './axis.ts'
import { resizeScratch } from './scratch.ts'

export interface ResizeParams {
  /** Of the result, in pixels, 1 to 65535. */
  readonly width: number
  readonly height: number
  readonly method: ResizeMethod
}

/** Area averages shrink; where either axis grows, OpenCV takes a kind of bilinear instead. */
function axisMethod({ width, height }: ImageShape, params: ResizeParams) {
  if (params.method !== 'area') return params.method
  return params.width > width || params.height > height ? 'area-linear' : 'area'
}

function sources(at: At, image: StoredShape | undefined, params: ResizeParams): readonly Neighbour[] {
  if (image?.kind !== 'image') return []
  const method = axisMethod(image, params)
  const columns = axisWeights(at.x, method, image.width, params.width)
  return axisWeights(at.y, method, image.height, params.height).flatMap((row) =>
    columns.map((column) => ({ weight: row.weight * column.weight, from: pixel(row.at, column.at, at.c) })),
  )
}

/** From the first to the last place of an axis that the places `first` to `last` of the result are made of. */
function placesOf(
  first: number,
  last: number,
  method: ReturnType<typeof axisMethod>,
  from: number,
  to: number,
): readonly [first: number, last: number] {
  // A place that falls on a pixel reads no neighbours: the next one may read further back.
  const places = [first, Math.min(first + 1, last), Math.max(last - 1, first), last]
  const ends = places.flatMap((i) => axisWeights(i, method, from, to).map(({ at }) => at))
  return [Math.min(...ends), Math.max(...ends)]
}

const rowsFor =
  (image: ImageShape, params: ResizeParams): Rows =>
  (y0, y1) => {
    const [first, last] = placesOf(y0, y1 - 1, axisMethod(image, params), image.height, params.height)
    return [first, last + 1]
  }

/** What comes out; undefined: the picture itself. */
function shapeFor(image: ImageShape, { width, height }: ResizeParams): ImageShape | undefined {
  requireImage('Resize', image)
  for (const [name, value] of Object.entries({ width, height })) requireInteger('Resize', name, value, 1, 65535)
  return width === image.width && height === image.height ? undefined : { ...shapeOf(image), width, height }
}

/**
 * The picture at another size. Pixel centres lie at half places, as OpenCV has them: source = (i + ½) · scale − ½; nearest
 * takes ⌊i · scale⌋. Bilinear and bicubic (A = −0.75) do not smooth when they shrink, area averages all that is covered.
 *
 * Image (H, W, C) float32, any C, in; (height, width, C), of the same colour space and nominal range, out. Beyond the edge
 * the edge pixel is repeated. Bicubic may leave the range of its inputs. The same size gives the picture itself.
 * @throws op.unsupported for sizes that are no whole numbers from 1 to 65535
 * @see OpenCV resize
 */
export const resize = defineOp<readonly [ImageValue], ResizeParams, ImageValue>({
  name: 'resize',
  nonFinite: 'The sum as cv2.resize makes it: a pixel of weight 0 is not read; NaN and ∞ − ∞ make the sum NaN.',
  async cpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const { width, height } = shape
    const out = context.image(shape)
    await context.device.dispatch({
      kernel: 'resize',
      args: [
        ...[context.address(image), image.width, image.height, image.channels],
        ...[context.address(out), width, height, resizeMethods.indexOf(params.method)],
      ],
      rows: height,
      reads: [context.reading(image, rowsFor(image, params))],
      scratch: resizeScratch(image.width, image.height, image.channels, width, height),
    })
    return out
  },
  async gpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const out = await context.image(shape)
    const { channels } = image
    const method = axisMethod(image, params)
    const axis = (from: number, to: number) => Array.from({ length: to }, (_, i) => axisWeights(i, method, from, to))
    await sampleRegionOnGpu(
      context,
      { block: context.block(image), base: 0, pixel: channels, row: image.width * channels, count: channels },
      { block: context.block(out), start: 0, channels },
      axis(image.width, shape.width),
      axis(image.height, shape.height),
    )
    return out
  },
  reach: (at, [image], params) => sitesOf(sources(at, image, params)),
  extent(at, [image], params) {
    if (image?.kind !== 'image') return { left: 0, top: 0, right: 0, bottom: 0 }
    const method = axisMethod(image, params)
    const columns = axisWeights(at.x, method, image.width, params.width).map((weighted) => weighted.at)
    const rows = axisWeights(at.y, method, image.height, params.height).map((weighted) => weighted.at)
    return {
      left: Math.min(...columns),
      top: Math.min(...rows),
      right: Math.max(...columns),
      bottom: Math.max(...rows),
    }
  },
  needs({ left, top, right, bottom }, [image], params) {
    if (image?.kind !== 'image') return []
    const method = axisMethod(image, params)
    const [x0, x1] = placesOf(left, right, method, image.width, params.width)
    const [y0, y1] = placesOf(top, bottom, method, image.height, params.height)
    return [{ left: x0, top: y0, right: x1, bottom: y1 }]
  },
  terms: (at, inputs, params) => sumOf(weigh(sources(at, inputs[0]?.shape, params), inputs, 0)),
})
