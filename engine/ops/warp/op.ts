/** A picture seen through a matrix: rotated, sheared, or in perspective (cv2.warpAffine, cv2.warpPerspective). */
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import type { Homography } from '../../values/placement.ts'
import { type BorderMode, borderCode, borderIndex } from '../border.ts'
import { requireFinite, requireImage, requireInteger, shapeOf, unsupported } from '../check.ts'
import { type At, defineOp, type Extent, type StoredShape } from '../op.ts'
import { moved, needed, whole } from '../parts.ts'
import { type Rows, reached } from '../rows.ts'
import { type Neighbour, pixel, sitesOf, sumOf, weigh } from '../terms.ts'
import { comesFrom, pixelAt, placeOf, type WarpMethod, warpMethods } from './place.ts'

export interface WarpParams {
  /**
   * 3 × 3, row by row: from a pixel of the result to the place it comes from (OpenCV's WARP_INVERSE_MAP). A pixel's middle has
   * whole coordinates.
   */
  readonly matrix: Homography
  /** Of the result, in pixels, 1 to 65535. */
  readonly width: number
  readonly height: number
  readonly method: WarpMethod
  readonly border: BorderMode
  /** The value outside with border `constant`. Default 0. */
  readonly value?: number
  /** The picture is cut out of a larger one, and only a part of the result is made. `width` and `height` are those of all of it. */
  readonly cut?: {
    /** The size of the larger picture, and where in it this one begins. */
    readonly of: { readonly width: number; readonly height: number; readonly left: number; readonly top: number }
    readonly part: Extent
  }
}

const label = 'Warp'
/** Side of the tiles that the GPU computes places from. */
const tile = 16

/** The larger picture with the given one in it, and the part of the result. */
function placesIn({ width, height }: ImageShape, params: WarpParams) {
  const all = { left: 0, top: 0, right: params.width - 1, bottom: params.height - 1 }
  return { of: params.cut?.of ?? { width, height, left: 0, top: 0 }, part: params.cut?.part ?? all }
}

/** The shape of the op's result. Throws like the op. */
export function warpShape(image: ImageShape, params: WarpParams): ImageShape {
  requireImage(label, image)
  const { matrix, width, height, border, value = 0 } = params
  for (const [name, side] of Object.entries({ width, height })) requireInteger(label, name, side, 1, 65535)
  if (matrix.length !== 9) throw unsupported(label, `a matrix of ${matrix.length} numbers`, 'a matrix of 3 × 3')
  requireFinite(label, 'a matrix', matrix)
  requireFinite(label, 'a constant', [value])
  const { part } = placesIn(image, params)
  const { range, ...shape } = shapeOf(image)
  const within = border !== 'constant' || (range && value >= range[0] && value <= range[1])
  return {
    ...shape,
    ...(range && within && { range }),
    width: part.right - part.left + 1,
    height: part.bottom - part.top + 1,
  }
}

/** The pixels that one of the result is made of, each with its weight; the same pixel may come in several times. */
function sources(at: At, image: StoredShape | undefined, params: WarpParams): readonly Neighbour[] {
  if (image?.kind !== 'image') return []
  const { of, part } = placesIn(image, params)
  const place = placeOf(params.matrix, { x: part.left + at.x, y: part.top + at.y })
  const [x, y] = [pixelAt(place.x, params.method), pixelAt(place.y, params.method)]
  const { fround } = Math
  return [0, 1].flatMap((j) =>
    [0, 1].flatMap((i): readonly Neighbour[] => {
      const weight = fround((j === 0 ? fround(1 - y.part) : y.part) * (i === 0 ? fround(1 - x.part) : x.part))
      if (weight === 0) return []
      const column = borderIndex(x.at + i, of.width, params.border)
      const row = borderIndex(y.at + j, of.height, params.border)
      if (column < 0 || row < 0) return [{ weight }]
      return [{ weight, from: pixel(row - of.top, column - of.left, at.c) }]
    }),
  )
}

/** The part of the larger picture that a part of the result needs. */
function partFor(part: Extent, image: ImageShape, params: WarpParams): Extent {
  const { of } = placesIn(image, params)
  const from = comesFrom(params.matrix, part)
  if (!from) return { left: 0, top: 0, right: of.width - 1, bottom: of.height - 1 }
  const [left, right] = reached(from.left, from.right, of.width, params.border)
  const [top, bottom] = reached(from.top, from.bottom, of.height, params.border)
  return { left, top, right, bottom }
}

const rowsFor =
  (image: ImageShape, params: WarpParams): Rows =>
  (y0, y1) => {
    const { of, part } = placesIn(image, params)
    const { top, bottom } = partFor({ ...part, top: part.top + y0, bottom: part.top + y1 - 1 }, image, params)
    const inside = (row: number): number => Math.min(Math.max(row - of.top, 0), image.height - 1)
    return [inside(top), inside(bottom) + 1]
  }

/**
 * Of each tile of the result where its first pixel comes from, and how the place changes from there, so that float32 is enough:
 * with (X, Y) the place of the first pixel and D its divisor, x = X + (r + a·dx + b·dy) / (D + g·dx + h·dy).
 */
function tilesOf({ matrix }: WarpParams, { left, top, right, bottom }: Extent): Float32Array<ArrayBuffer> {
  const [a, b, c, d, e, f, g, h, i] = matrix
  const [across, down] = [cover(right - left + 1, tile), cover(bottom - top + 1, tile)]
  const table = new Float32Array(across * down * 12)
  for (let k = 0; k < across * down; k++) {
    const [x, y] = [left + (k % across) * tile, top + Math.floor(k / across) * tile]
    const w = g * x + (h * y + i)
    const first = placeOf(matrix, { x, y })
    const [X, Y] = [Math.floor(first.x), Math.floor(first.y)]
    const [fx, fy] = [first.x - X, first.y - Y]
    const [rx, ry] = [a * x + (b * y + c) - first.x * w, d * x + (e * y + f) - first.y * w]
    const lost = (r: number): number => (w === 0 || Math.abs(first.x) === 1e9 || Math.abs(first.y) === 1e9 ? r : 0)
    table.set([X, fx, lost(rx), a - first.x * g, b - first.x * h], 12 * k)
    table.set([Y, fy, lost(ry), d - first.y * g, e - first.y * h, w], 12 * k + 5)
  }
  return table
}

/**
 * out[y, x, c] = image at the place matrix · (x, y, 1), divided by its third number: the nearest pixel, or the mean of four
 * weighted by how near they are. Places are computed in float64; OpenCV rounds them to 1/32 of a pixel.
 *
 * Image (H, W, C) float32, any C, in; (height, width, C), of the same colour space, out. The nominal range stays unless the
 * constant of the border lies outside of it. Where the divisor is 0, the place is (0, 0), as in OpenCV.
 * @throws op.unsupported for sizes that are no whole numbers from 1 to 65535, and numbers that are not finite
 * @see OpenCV warpAffine, warpPerspective, both with WARP_INVERSE_MAP
 */
export const warp = defineOp<readonly [ImageValue], WarpParams, ImageValue>({
  name: 'warp',
  nonFinite: 'The sum as cv2.resize makes it: a pixel of weight 0 is not read; NaN and ∞ − ∞ make the sum NaN.',
  async cpu(context, [image], params) {
    const out = context.image(warpShape(image, params))
    const { of, part } = placesIn(image, params)
    await context.device.dispatch({
      kernel: 'warp',
      args: [
        ...[context.address(image), image.width, image.channels, of.width, of.height, of.left, of.top],
        ...[context.address(out), out.width, part.left, part.top, context.upload(Float64Array.from(params.matrix))],
        ...[warpMethods.indexOf(params.method), borderCode(params.border), params.value ?? 0],
      ],
      rows: out.height,
      reads: [context.reading(image, rowsFor(image, params))],
    })
    return out
  },
  async gpu(context, [image], params) {
    const out = await context.image(warpShape(image, params))
    const { of, part } = placesIn(image, params)
    const [, , , , , , g, h] = params.matrix
    await context.dispatch({
      kernel: 'warp/warp',
      params: [
        ...[image.width, image.channels, of.width, of.height, of.left, of.top, out.width, out.height],
        ...[warpMethods.indexOf(params.method), borderCode(params.border), f32(params.value ?? 0), f32(g), f32(h)],
      ],
      buffers: [context.block(image), await context.upload(tilesOf(params, part)), context.block(out)],
      groups: [cover(out.width, tile), cover(out.height, tile)],
    })
    return out
  },
  reach: (at, [image], params) => sitesOf(sources(at, image, params)),
  needs(part, [image], params) {
    if (image?.kind !== 'image') return []
    const { of, part: all } = placesIn(image, params)
    const { left, top, right, bottom } = moved(
      partFor(moved(part, all.left, all.top), image, params),
      -of.left,
      -of.top,
    )
    const given = whole(image)
    // Of a picture that was cut, what lies outside of the part is not asked for.
    const [x, y] = [Math.max(left, 0), Math.max(top, 0)]
    return [{ left: x, top: y, right: Math.min(right, given.right), bottom: Math.min(bottom, given.bottom) }]
  },
  makePart(again, { part, inputs: [image], needs: [need], shapes: [whole], params }) {
    const { left, top } = needed(need ?? undefined)
    const { of, part: all } = placesIn(needed(whole), params)
    const cut = { of: { ...of, left: of.left + left, top: of.top + top }, part: moved(part, all.left, all.top) }
    return again([needed(image)], { ...params, cut })
  },
  terms: (at, inputs, params) => sumOf(weigh(sources(at, inputs[0]?.shape, params), inputs, params.value ?? 0)),
})
