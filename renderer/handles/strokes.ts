/** A round brush on a picture: what a drag becomes, and which brush is in hand. */
import { create } from 'zustand'
import type { StrokeValue } from '../../engine/types/param.ts'
import type { Size } from '../viewer/camera.ts'
import type { Point } from './shape.ts'

export interface BrushState {
  /** In pixels of the picture; undefined until a person chooses one. */
  readonly radius: number | undefined
  readonly erases: boolean
  /** The picture under the brush; undefined while no brush is in hand. */
  readonly over: Size | undefined
}

export const useBrush = create<BrushState>(() => ({ radius: undefined, erases: false, over: undefined }))

/** The least and the largest radius on a picture. */
export const radii = ({ width, height }: Size): readonly [number, number] => [
  1,
  Math.max(2, Math.round(Math.max(width, height) / 2)),
]

/** The radius in hand on a picture: the chosen one, or a fortieth of the longer side. */
export function radiusOn(size: Size, chosen: number | undefined): number {
  const [least, most] = radii(size)
  const radius = chosen ?? Math.round(Math.max(size.width, size.height) / 40)
  return Math.min(most, Math.max(least, radius))
}

/** The brush becomes a fifth larger or smaller, by a pixel at least. */
export function resizeBrush(larger: boolean): void {
  const { over, radius } = useBrush.getState()
  if (!over) return
  const now = radiusOn(over, radius)
  const by = Math.max(1, Math.round(now / 5))
  useBrush.setState({ radius: radiusOn(over, larger ? now + by : now - by) })
}

function distance({ x, y }: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length))
  return Math.hypot(a.x + t * dx - x, a.y + t * dy - y)
}

/** The same line with fewer points, nowhere farther from the old one than `tolerance` (Ramer, Douglas and Peucker). */
export function simplified(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept = new Set([0, points.length - 1])
  const spans: [number, number][] = [[0, points.length - 1]]
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span
    const [a, b] = [points[from], points[to]]
    if (!a || !b) continue
    let [far, at] = [tolerance, -1]
    for (let i = from + 1; i < to; i++) {
      const away = distance(points[i] ?? a, a, b)
      if (away > far) [far, at] = [away, i]
    }
    if (at < 0) continue
    kept.add(at)
    spans.push([from, at], [at, to])
  }
  return points.filter((_, i) => kept.has(i))
}

/** A tenth of a pixel is as exact as anyone can point. */
const tidy = (value: number): number => Math.round(value * 10) / 10

/** Undefined without a point. @param tolerance how far the stroke may be from the drag, in pixels of the picture */
export function strokeOf(
  points: readonly Point[],
  { radius, erases }: { readonly radius: number; readonly erases: boolean },
  tolerance: number,
): StrokeValue | undefined {
  const [first, ...rest] = simplified(points, tolerance)
  if (!first) return undefined
  const line = rest.flatMap(({ x, y }) => [tidy(x), tidy(y)])
  // A click that trembles is a dab.
  const still = line.every((v, i) => v === tidy(i % 2 === 0 ? first.x : first.y))
  return [tidy(radius), erases ? 0 : 1, tidy(first.x), tidy(first.y), ...(still ? [] : line)]
}

/** As the `d` of an SVG path, in pixels of the picture; a dab is a line of no length, which round caps show. */
export function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  return `M${first.x} ${first.y}${(rest.length > 0 ? rest : [first]).map(({ x, y }) => `L${x} ${y}`).join('')}`
}
