/** Circles, directions and lines of keypoints, as how much of each pixel they cover. */
import { defineWork } from '../../engine/types/work.ts'
import type { Numbers } from '../../engine/values/index.ts'

export interface Points {
  /** x, y, diameter and angle of each; a line from one point to another is of `bones`. */
  readonly points: Numbers
  readonly bones: readonly (readonly [number, number])[]
  readonly width: number
  readonly height: number
  /** The least radius of a circle, and half the width of lines. */
  readonly least: number
  readonly half: number
  /** Circles as large as the keypoint says, with a line for its direction. */
  readonly rich: boolean
  /** Only the lines. */
  readonly bare?: boolean
}

const fields = 4

/** 0 to 255. */
function draw(given: Points, cancelled: () => boolean): Uint8Array<ArrayBuffer> {
  const { points, bones, width, height, least, half, rich } = given
  const pixels = new Uint8Array(width * height)
  /** Covers what is nearer than `half` to a shape inside a box. */
  const cover = (x0: number, y0: number, x1: number, y1: number, distance: (x: number, y: number) => number): void => {
    const reach = half + 1
    const [left, right] = [Math.max(0, Math.floor(x0 - reach)), Math.min(width, Math.ceil(x1 + reach))]
    for (let y = Math.max(0, Math.floor(y0 - reach)); y < Math.min(height, Math.ceil(y1 + reach)); y++)
      for (let x = left; x < right; x++) {
        const share = half + 0.5 - distance(x + 0.5, y + 0.5)
        const at = y * width + x
        if (share > 0) pixels[at] = Math.max(pixels[at] ?? 0, Math.round(255 * Math.min(1, share)))
      }
  }
  const line = (ax: number, ay: number, bx: number, by: number): void => {
    const [dx, dy] = [bx - ax, by - ay]
    const length = dx * dx + dy * dy
    cover(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by), (x, y) => {
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
      return Math.hypot(ax + t * dx - x, ay + t * dy - y)
    })
  }
  const at = (i: number): readonly number[] => Array.from(points.subarray(fields * i, fields * i + fields))
  for (const [from, to] of bones) {
    if (cancelled()) return pixels
    const [[ax = Number.NaN, ay = Number.NaN], [bx = Number.NaN, by = Number.NaN]] = [at(from), at(to)]
    if ([ax, ay, bx, by].every(Number.isFinite)) line(ax, ay, bx, by)
  }
  for (let i = 0; !given.bare && i < points.length / fields && !cancelled(); i++) {
    const [x = Number.NaN, y = Number.NaN, size = 0, angle = -1] = at(i)
    if (![x, y, size].every(Number.isFinite)) continue
    // Larger circles than the picture are not seen.
    const radius = Math.min(rich ? Math.max(least, size / 2) : least, width + height)
    cover(x - radius, y - radius, x + radius, y + radius, (px, py) => Math.abs(Math.hypot(px - x, py - y) - radius))
    const turn = (angle * Math.PI) / 180
    if (rich && angle >= 0) line(x, y, x + radius * Math.cos(turn), y + radius * Math.sin(turn))
  }
  return pixels
}

export const drawPoints = defineWork<Points, Uint8Array<ArrayBuffer>>({
  name: 'draw/keypoints',
  run: (points, context) => draw(points, () => context.cancelled),
})
