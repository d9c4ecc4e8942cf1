/**
 * What is drawn over a picture: boxes, keypoints, contours, lines. Plain JSON, in pixels of the full-size picture that it lies
 * over: x to the right, y down, (0, 0) the top left corner of the first pixel.
 */
import { z } from 'zod'

const finite = z.number().finite()
const place = z.tuple([finite, finite])

const common = {
  /** What it is called: the name of a class. */
  label: z.string().max(200).optional(),
  /** A score from 0 to 1. */
  weight: finite.min(0).max(1).optional(),
  /** The class or object it belongs to: marks of one group share a colour. */
  group: z.union([z.string().max(200), z.number().int()]).optional(),
  /** The row of the table that the marks come from, counted from 0. */
  row: z.number().int().nonnegative().optional(),
}

export const markSchema = z.discriminatedUnion('kind', [
  /** `box`: left, top, right, bottom. */
  z.object({ kind: z.literal('rect'), box: z.tuple([finite, finite, finite, finite]), ...common }),
  /** `radius` in pixels, `angle` in degrees, clockwise from the x axis: a keypoint. */
  z.object({
    kind: z.literal('point'),
    at: place,
    radius: finite.nonnegative().optional(),
    angle: finite.optional(),
    ...common,
  }),
  /** Lines from point to point; `closed`: back to the first one, too. */
  z.object({ kind: z.literal('path'), points: z.array(place).min(1), closed: z.boolean().optional(), ...common }),
])
export type Mark = z.infer<typeof markSchema>

/** The mark where the picture is `fx` as wide and `fy` as high. */
export function scaledMark(mark: Mark, fx: number, fy: number): Mark {
  const at = ([x, y]: readonly [number, number]): [number, number] => [x * fx, y * fy]
  switch (mark.kind) {
    case 'rect': {
      const [left, top, right, bottom] = mark.box
      return { ...mark, box: [...at([left, top]), ...at([right, bottom])] }
    }
    case 'point':
      return {
        ...mark,
        at: at(mark.at),
        ...(mark.radius !== undefined && { radius: mark.radius * Math.sqrt(fx * fy) }),
      }
    case 'path':
      return { ...mark, points: mark.points.map(at) }
  }
}

/** How far from a point or a line a place still counts as on it, in pixels. */
const near = 4

/** Whether a place lies in the mark: inside a box or a closed path, near a point or a line. */
export function covers(mark: Mark, x: number, y: number): boolean {
  switch (mark.kind) {
    case 'rect': {
      const [left, top, right, bottom] = mark.box
      return x >= left && x < right && y >= top && y < bottom
    }
    case 'point':
      return Math.hypot(mark.at[0] - x, mark.at[1] - y) <= Math.max(near, mark.radius ?? 0)
    case 'path':
      return (mark.closed === true && isInside(mark.points, x, y)) || isNear(mark.points, mark.closed === true, x, y)
  }
}

type Points = readonly (readonly [number, number])[]

/** By the even-odd rule. */
function isInside(points: Points, x: number, y: number): boolean {
  let inside = false
  for (const [i, [ax, ay]] of points.entries()) {
    const [bx, by] = points.at(i - 1) ?? [ax, ay]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

function isNear(points: Points, closed: boolean, x: number, y: number): boolean {
  return points.some(([ax, ay], i) => {
    if (i === 0 && !closed && points.length > 1) return false
    const [bx, by] = points.at(i - 1) ?? [ax, ay]
    const length = (bx - ax) ** 2 + (by - ay) ** 2
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    return Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y) <= near
  })
}
