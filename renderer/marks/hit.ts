/** The mark under a place: the nearest line first, then the smallest area around it. */
import type { Mark } from '../../engine/values/mark.ts'
import type { Layer } from './layer.ts'

type Place = readonly [x: number, y: number]

function toSegment([px, py]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length))
  return Math.hypot(px - ax - t * dx, py - ay - t * dy)
}

/** Even-odd rule. */
function isInside([x, y]: Place, points: readonly Place[]): boolean {
  let inside = false
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [points[i] as Place, points[j] as Place]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

interface Reach {
  /** From the mark's line. */
  readonly distance: number
  readonly inside: boolean
}

function reachOf(mark: Mark, at: Place): Reach {
  const [x, y] = at
  switch (mark.kind) {
    case 'rect': {
      const [x0, x1] = [Math.min(mark.box[0], mark.box[2]), Math.max(mark.box[0], mark.box[2])]
      const [y0, y1] = [Math.min(mark.box[1], mark.box[3]), Math.max(mark.box[1], mark.box[3])]
      const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1
      const distance = inside
        ? Math.min(x - x0, x1 - x, y - y0, y1 - y)
        : Math.hypot(Math.max(x0 - x, 0, x - x1), Math.max(y0 - y, 0, y - y1))
      return { distance, inside }
    }
    case 'point': {
      const away = Math.hypot(x - mark.at[0], y - mark.at[1])
      const radius = mark.radius ?? 0
      return { distance: Math.min(away, Math.abs(away - radius)), inside: away <= radius }
    }
    case 'path': {
      const { points, closed } = mark
      let distance = Infinity
      for (let i = closed ? 0 : 1; i < points.length; i++)
        distance = Math.min(distance, toSegment(at, points.at(i - 1) as Place, points[i] as Place))
      if (points.length === 1) distance = toSegment(at, points[0] as Place, points[0] as Place)
      return { distance, inside: closed === true && isInside(at, points) }
    }
  }
}

/**
 * The index of the mark at (x, y), in pixels of the picture; undefined where there is none. `tolerance`: how far from its line
 * a mark is still meant.
 */
export function markAt(
  layer: Layer,
  shown: readonly number[],
  x: number,
  y: number,
  tolerance: number,
): number | undefined {
  const { bounds, marks } = layer
  let best: { index: number; onLine: boolean; area: number } | undefined
  for (const index of shown) {
    const [left, top, right, bottom] = bounds.subarray(4 * index, 4 * index + 4) as unknown as [
      number,
      number,
      number,
      number,
    ]
    if (x < left - tolerance || x > right + tolerance || y < top - tolerance || y > bottom + tolerance) continue
    const { distance, inside } = reachOf(marks[index] as Mark, [x, y])
    const onLine = distance <= tolerance
    if (!onLine && !inside) continue
    const area = (right - left) * (bottom - top)
    if (!best || (onLine && !best.onLine) || (onLine === best.onLine && area < best.area))
      best = { index, onLine, area }
  }
  return best?.index
}
