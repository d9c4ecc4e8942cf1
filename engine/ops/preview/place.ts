/** Which part of a value a view shows, and how many pixels of it are sent. */
import type { ImageShape, TensorShape } from '../../values/index.ts'
import { sizeOf } from '../layout/tensor.ts'
import type { Site, StoredShape } from '../op.ts'
import { type Axis, areaAxis, pointAxis } from '../region/region.ts'
import { pixel } from '../terms.ts'
import type { Shown } from './look.ts'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Place {
  /** In the value's own pixels. */
  readonly region: Rectangle
  readonly width: number
  readonly height: number
}

const overlap = (from: number, length: number, size: number): readonly [number, number] => {
  const start = Math.min(Math.max(from, 0), size)
  return [start, Math.min(Math.max(from + length, start), size)]
}

/**
 * The part of the picture that is in the region, no larger than `width` × `height`, the aspect ratio kept. Where the picture
 * would have to grow its own pixels are sent, whole ones: the window enlarges them. Nothing (0 × 0) where the region lies
 * outside.
 */
export function placeOf(
  picture: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number; readonly region?: Rectangle },
): Place {
  const asked = view.region ?? { x: 0, y: 0, width: picture.width, height: picture.height }
  const [left, right] = overlap(asked.x, asked.width, picture.width)
  const [top, bottom] = overlap(asked.y, asked.height, picture.height)
  if (right <= left || bottom <= top) return { region: { x: left, y: top, width: 0, height: 0 }, width: 0, height: 0 }
  const scale = Math.min(view.width / (right - left), view.height / (bottom - top))
  if (scale < 1) {
    const region = { x: left, y: top, width: right - left, height: bottom - top }
    const side = (length: number) => Math.max(1, Math.round(length * scale))
    return { region, width: side(region.width), height: side(region.height) }
  }
  const [x, y] = [Math.floor(left), Math.floor(top)]
  const [width, height] = [Math.ceil(right) - x, Math.ceil(bottom) - y]
  return { region: { x, y, width, height }, width, height }
}

/** A value as a picture: tensors with the axes of one are one, `planar` where the channels are planes; others are a matrix. */
export function pictureOf(shape: StoredShape): { readonly image: ImageShape; readonly planar: boolean } {
  if (shape.kind === 'image') return { image: shape, planar: false }
  const size = sizeOf(shape) ?? matrixOf(shape)
  const image = { kind: 'image', ...size, space: 'data', alpha: false } as const
  return { image, planar: shape.axes.join('').endsWith('CHW') && size.channels > 1 }
}

const matrixOf = ({ shape }: TensorShape) => ({
  height: shape.slice(0, -1).reduce((a, b) => a * b, 1),
  width: shape.at(-1) ?? 1,
  channels: 1,
})

/** Where a number of a value seen as a picture lies in it: for a tensor a flat index. */
export function siteOf(shape: StoredShape, y: number, x: number, c: number): Site {
  if (shape.kind === 'image') return pixel(y, x, c)
  const { image, planar } = pictureOf(shape)
  return pixel(0, planar ? (c * image.height + y) * image.width + x : (y * image.width + x) * image.channels + c, 0)
}

/** And back: where a site is seen. */
export function spotOf(shape: StoredShape, { y, x, c }: Omit<Site, 'input'>): Omit<Site, 'input'> {
  if (shape.kind === 'image') return { y, x, c }
  const { image, planar } = pictureOf(shape)
  const { width, height, channels } = image
  if (planar) return { y: Math.floor(x / width) % height, x: x % width, c: Math.floor(x / width / height) }
  return { y: Math.floor(x / channels / width), x: Math.floor(x / channels) % width, c: x % channels }
}

/**
 * Rows of the source that one row of a preview reads where it stands for more than twice as many: reading is what a preview
 * costs. Of photographs a byte then differs from the average of all rows by 1 to 2 (root mean square); horizontal lines
 * thinner than the gap between rows may be missing.
 */
const ROWS = 4
/** Points a side that one pixel is made of, where colours must be converted before they are averaged. */
const POINTS = 4

/** What the pixels of a preview read. Hues cannot be averaged: of HSV points are taken, `points` a side for each pixel. */
export function axesOf(
  { region, width, height }: Place,
  { space, width: columns, height: rows }: ImageShape,
  { convert, nearest }: Shown,
): { readonly columns: Axis; readonly rows: Axis; readonly points: number } {
  if (nearest)
    return {
      columns: pointAxis(region.x, region.width, width, columns),
      rows: pointAxis(region.y, region.height, height, rows),
      points: 1,
    }
  if (space === 'hsv' && convert && region.width > width)
    return {
      columns: pointAxis(region.x, region.width, width * POINTS, columns),
      rows: pointAxis(region.y, region.height, height * POINTS, rows),
      points: POINTS,
    }
  return {
    columns: areaAxis(region.x, region.width, width, columns),
    rows: areaAxis(region.y, region.height, height, rows, ROWS),
    points: 1,
  }
}
