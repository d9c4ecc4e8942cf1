/** Another size of a picture (cv2.resize). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { floats } from '../cast/floats.ts'
import { requireImage, requireInteger, shapeOf } from '../check.ts'
import { type At, defineOp, type Extent, type StoredShape } from '../op.ts'
import { moved, needed } from '../parts.ts'
import { type Axis, sampleRegion, sampleRegionOnGpu } from '../region/region.ts'
import type { Rows } from '../rows.ts'
import { type Neighbour, pixel, sitesOf, sumOf, weigh } from '../terms.ts'
import { axisWeights, type ResizeMethod, resizeMethods, type Weighted } from './axis.ts'
import { resizeScratch } from './scratch.ts'

export interface ResizeParams {
  /** Of the result, in pixels, 1 to 65535. */
  readonly width: number
  readonly height: number
  readonly method: ResizeMethod
  /** The picture is cut out of a larger one, and only a part of the result is made. `width` and `height` are those of all of it. */
  readonly cut?: {
    /** The size of the larger picture, and where in it this one begins. */
    readonly of: { readonly width: number; readonly height: number; readonly left: number; readonly top: number }
    readonly part: Extent
  }
}

/** The places of one axis of the result, and what each is made of. */
interface ResizeAxis {
  readonly count: number
  /** The places of the picture, each with its weight. */
  weights(place: number): readonly Weighted[]
}

/** The larger picture with the given one in it, and the part of the result. */
function placesIn({ width, height }: ImageShape, params: ResizeParams) {
  const all = { left: 0, top: 0, right: params.width - 1, bottom: params.height - 1 }
  return { of: params.cut?.of ?? { width, height, left: 0, top: 0 }, part: params.cut?.part ?? all }
}

function axesOf(image: ImageShape, params: ResizeParams) {
  const { of, part } = placesIn(image, params)
  const { left, top, right, bottom } = part
  // Area averages shrink; where either axis grows, OpenCV takes a kind of bilinear instead.
  const grows = params.width > of.width || params.height > of.height
  const method = params.method === 'area' && grows ? 'area-linear' : params.method
  const axis = (first: number, last: number, from: number, to: number, begin: number): ResizeAxis => ({
    count: last - first + 1,
    weights(place) {
      const weights = axisWeights(first + place, method, from, to)
      return begin === 0 ? weights : weights.map(({ at, weight }) => ({ at: at - begin, weight }))
    },
  })
  return {
    method,
    x: axis(left, right, of.width, params.width, of.left),
    y: axis(top, bottom, of.height, params.height, of.top),
  }
}

const allWeights = ({ count, weights }: ResizeAxis): Axis => Array.from({ length: count }, (_, i) => weights(i))

function sources(at: At, image: StoredShape | undefined, params: ResizeParams): readonly Neighbour[] {
  if (image?.kind !== 'image') return []
  const { x, y } = axesOf(image, params)
  const columns = x.weights(at.x)
  return y
    .weights(at.y)
    .flatMap((row) =>
      columns.map((column) => ({ weight: row.weight * column.weight, from: pixel(row.at, column.at, at.c) })),
    )
}

/** From the first to the last place of the picture that the places `first` to `last` of the result are made of. */
function placesOf(first: number, last: number, { weights }: ResizeAxis): readonly [first: number, last: number] {
  // A place that falls on a pixel reads no neighbours: the next one may read further back.
  const places = [first, Math.min(first + 1, last), Math.max(last - 1, first), last]
  const ends = places.flatMap((i) => weights(i).map(({ at }) => at))
  return [Math.min(...ends), Math.max(...ends)]
}

const rowsFor =
  (image: ImageShape, params: ResizeParams): Rows =>
  (y0, y1) => {
    const [first, last] = placesOf(y0, y1 - 1, axesOf(image, params).y)
    return [first, last + 1]
  }

/** What comes out; undefined: the picture itself. */
function shapeFor(image: ImageShape, params: ResizeParams): ImageShape | undefined {
  requireImage('Resize', image)
  const { width, height } = params
  for (const [name, value] of Object.entries({ width, height })) requireInteger('Resize', name, value, 1, 65535)
  if (!params.cut && width === image.width && height === image.height) return undefined
  const { x, y } = axesOf(image, params)
  return { ...shapeOf(image), width: x.count, height: y.count }
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
  eightBit: true,
  async cpu(context, [given], params) {
    const shape = shapeFor(given, params)
    if (!shape) return given
    const { width, height } = shape
    // Where it grows, every row is read several times.
    const { method } = axesOf(given, params)
    const image = method === 'area' || params.cut ? given : await floats(context, given)
    const { address, eightBit } = context.stored(image)
    const out = context.image(shape)
    if (params.cut) {
      const { x, y } = axesOf(image, params)
      const { width, channels } = image
      const source = { address, eightBit, width, channels, first: 0, count: channels }
      await sampleRegion(context, source, { address: context.address(out), channels }, allWeights(x), allWeights(y))
      return out
    }
    await context.device.dispatch({
      kernel: eightBit ? 'resizeOfBytes' : 'resize',
      args: [
        ...[address, image.width, image.height, image.channels],
        ...[context.address(out), width, height, resizeMethods.indexOf(params.method)],
      ],
      rows: height,
      reads: [context.reading(image, rowsFor(image, params))],
      scratch: resizeScratch(image.width, image.height, image.channels, width, height, eightBit),
    })
    return out
  },
  async gpu(context, [image], params) {
    const shape = shapeFor(image, params)
    if (!shape) return image
    const out = await context.image(shape)
    const { channels } = image
    const { x, y } = axesOf(image, params)
    await sampleRegionOnGpu(
      context,
      { block: context.block(image), base: 0, pixel: channels, row: image.width * channels, count: channels },
      { block: context.block(out), start: 0, channels },
      allWeights(x),
      allWeights(y),
    )
    return out
  },
  reach: (at, [image], params) => sitesOf(sources(at, image, params)),
  extent(at, [image], params) {
    if (image?.kind !== 'image') return { left: 0, top: 0, right: 0, bottom: 0 }
    const { x, y } = axesOf(image, params)
    const columns = x.weights(at.x).map((weighted) => weighted.at)
    const rows = y.weights(at.y).map((weighted) => weighted.at)
    return {
      left: Math.min(...columns),
      top: Math.min(...rows),
      right: Math.max(...columns),
      bottom: Math.max(...rows),
    }
  },
  needs({ left, top, right, bottom }, [image], params) {
    if (image?.kind !== 'image') return []
    const { x, y } = axesOf(image, params)
    const [x0, x1] = placesOf(left, right, x)
    const [y0, y1] = placesOf(top, bottom, y)
    return [{ left: x0, top: y0, right: x1, bottom: y1 }]
  },
  makePart(again, { part, inputs: [image], needs: [need], shapes: [whole], params }) {
    const { left, top } = needed(need ?? undefined)
    const { of, part: all } = placesIn(needed(whole), params)
    const cut = { of: { ...of, left: of.left + left, top: of.top + top }, part: moved(part, all.left, all.top) }
    return again([needed(image)], { ...params, cut })
  },
  terms: (at, inputs, params) => sumOf(weigh(sources(at, inputs[0]?.shape, params), inputs, 0)),
})
