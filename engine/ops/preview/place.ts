/** Which part of a value a view shows, and how many pixels of it are sent. */
import { type Grid, gridOf, type ImageShape, type TensorShape } from '../../values/index.ts'
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

export interface Picture {
  readonly image: ImageShape
  /** The channels are planes. */
  readonly planar: boolean
  readonly batch?: Grid
}

/** A value as a picture: tensors with the axes of one are one, those of a batch are its pictures in a grid; others are a matrix. */
export function pictureOf(shape: StoredShape): Picture {
  if (shape.kind === 'image') return { image: shape, planar: false }
  const grid = gridOf(shape)
  const planar = grid !== undefined && grid.channels > 1 && shape.axes.join('').endsWith('CHW')
  const size = grid
    ? { width: grid.columns * grid.width, height: grid.rows * grid.height, channels: grid.channels }
    : matrixOf(shape)
  const image = { kind: 'image', ...size, space: 'data', alpha: false } as const
  return { image, planar, ...(grid && grid.count > 1 && { batch: grid }) }
}

const matrixOf = ({ shape }: TensorShape) => ({
  height: shape.slice(0, -1).reduce((a, b) => a * b, 1),
  width: shape.at(-1) ?? 1,
  channels: 1,
})

/** Where a number of a value seen as a picture lies in it: for a tensor a flat index. Undefined in an empty cell of a grid. */
export function siteOf(shape: StoredShape, y: number, x: number, c: number): Site | undefined {
  if (shape.kind === 'image') return pixel(y, x, c)
  const { image, planar, batch } = pictureOf(shape)
  const { channels } = image
  const { width, height, columns } = batch ?? { ...image, columns: 1 }
  const nth = Math.floor(y / height) * columns + Math.floor(x / width)
  if (batch && nth >= batch.count) return undefined
  const [row, column] = [y % height, x % width]
  const within = planar ? (c * height + row) * width + column : (row * width + column) * channels + c
  return pixel(0, nth * width * height * channels + within, 0)
}

/** And back: where a site is seen. */
export function spotOf(shape: StoredShape, { y, x, c }: Omit<Site, 'input'>): Omit<Site, 'input'> {
  if (shape.kind === 'image') return { y, x, c }
  const { image, planar, batch } = pictureOf(shape)
  const { channels } = image
  const { width, height, columns } = batch ?? { ...image, columns: 1 }
  const nth = Math.floor(x / (width * height * channels))
  const within = x % (width * height * channels)
  const place = planar ? within % (width * height) : Math.floor(within / channels)
  return {
    y: Math.floor(nth / columns) * height + Math.floor(place / width),
    x: (nth % columns) * width + (place % width),
    c: planar ? Math.floor(within / width / height) : within % channels,
  }
}

/** Of the cells of an axis of a batch: which picture each shows, counted along it. */
export const picturesAlong = (axis: Axis, side: number): readonly number[] =>
  axis.map(([tap]) => Math.floor((tap?.at ?? 0) / side))

/**
 * Rows of the source that one row of a preview reads where it stands for more than twice as many: reading is what a preview
 * costs. Of photographs a byte then differs from the average of all rows by 1 to 2 (root mean square); horizontal lines
 * thinner than the gap between rows may be missing.
 */
const ROWS = 4
/** Points a side that one pixel is made of, where colours must be converted before they are averaged. */
const POINTS = 4

interface Axes {
  readonly columns: Axis
  readonly rows: Axis
  readonly points: number
}

/**
 * What the pixels of a preview read. Hues cannot be averaged: of HSV points are taken, `points` a side for each pixel. Of a batch
 * each pixel reads one picture: the one that it shows most of.
 */
export function axesOf(place: Place, { image, batch }: Picture, shown: Shown): Axes {
  const axes = axesOfImage(place, image, shown)
  if (!batch) return axes
  const [columns, rows] = [
    axes.columns.map((cell) => mostly(cell, batch.width)),
    axes.rows.map((cell) => mostly(cell, batch.height)),
  ]
  return { ...axes, columns, rows }
}

/** The places in the picture that has most of the weight, which becomes 1 again. */
function mostly(cell: Axis[number], side: number): Axis[number] {
  const weights = new Map<number, number>()
  for (const { at, weight } of cell) {
    const nth = Math.floor(at / side)
    weights.set(nth, (weights.get(nth) ?? 0) + weight)
  }
  if (weights.size < 2) return cell
  const [best = 0, sum = 1] = [...weights].reduce((a, b) => (b[1] > a[1] ? b : a))
  return cell.filter(({ at }) => Math.floor(at / side) === best).map(({ at, weight }) => ({ at, weight: weight / sum }))
}

function axesOfImage(
  { region, width, height }: Place,
  { space, width: columns, height: rows }: ImageShape,
  { convert, nearest }: Shown,
): Axes {
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
