/**
 * Strokes of a brush over the picture of a scene: which splats they paint. A stroke keeps the camera through which it was drawn, so it
 * means the same wherever the camera goes. Lengths on the picture are parts of its height, from its middle.
 */
import type { Place } from './sphere.ts'

export interface BrushStroke {
  readonly eye: Place
  /** Unit vectors of the camera: to the right, down and forward. */
  readonly right: Place
  readonly down: Place
  readonly forward: Place
  /** The focal length, in heights of the picture. */
  readonly focal: number
  readonly radius: number
  /** What is deeper than this is not painted; 0: all that is under the brush is. */
  readonly far: number
  /** x and y of the places that it passes through. */
  readonly points: readonly (readonly [number, number])[]
}

/** Numbers before the points of a stroke: eye, right, down, forward, focal length, radius, depth, count of points. */
const headWidth = 16
/** The most numbers of all strokes together. */
export const mostBrushNumbers = 20_000

const isUnit = (a: Place): boolean => Math.abs(Math.hypot(...a) - 1) < 1e-3

/** Undefined where the list is not whole strokes. */
export function strokesIn(numbers: readonly number[]): readonly BrushStroke[] | undefined {
  const strokes: BrushStroke[] = []
  for (let at = 0; at < numbers.length; ) {
    const head = numbers.slice(at, at + headWidth)
    const [focal = 0, radius = 0, far = 0, count = 0] = head.slice(12)
    const place = (from: number): Place => [head[from] ?? 0, head[from + 1] ?? 0, head[from + 2] ?? 0]
    const [eye, right, down, forward] = [place(0), place(3), place(6), place(9)]
    const fits = Number.isInteger(count) && count > 0 && at + headWidth + 2 * count <= numbers.length
    if (!fits || !(focal > 0 && radius > 0 && far >= 0) || ![right, down, forward].every(isUnit)) return undefined
    const points = Array.from({ length: count }, (_, i): [number, number] => {
      const from = at + headWidth + 2 * i
      return [numbers[from] ?? 0, numbers[from + 1] ?? 0]
    })
    strokes.push({ eye, right, down, forward, focal, radius, far, points })
    at += headWidth + 2 * count
  }
  return strokes
}

const short = (v: number): number => Number(v.toPrecision(6)) || 0

/** As a list, with no more digits than a pixel needs. */
export const numbersOfStrokes = (strokes: readonly BrushStroke[]): readonly number[] =>
  strokes.flatMap(({ eye, right, down, forward, focal, radius, far, points }) => [
    ...[...eye, ...right, ...down, ...forward, focal, radius, far].map(short),
    points.length,
    ...points.flat().map((v) => Number(v.toFixed(4)) || 0),
  ])

/** Whether a place on the picture is within `radius` of the stroke's line. */
function under({ points, radius }: BrushStroke, x: number, y: number): boolean {
  const square = radius * radius
  let [px, py] = points[0] ?? [0, 0]
  if ((x - px) ** 2 + (y - py) ** 2 <= square) return true
  for (const [qx, qy] of points) {
    const [dx, dy] = [qx - px, qy - py]
    const length = dx * dx + dy * dy
    const t = length > 0 ? Math.min(1, Math.max(0, ((x - px) * dx + (y - py) * dy) / length)) : 0
    if ((x - px - t * dx) ** 2 + (y - py - t * dy) ** 2 <= square) return true
    px = qx
    py = qy
  }
  return false
}

/**
 * Which places the strokes paint: 1, others 0.
 * @param places x, y and z of each, in units of the scene
 */
export function painted(places: Float32Array, strokes: readonly BrushStroke[]): Uint8Array {
  const count = Math.floor(places.length / 3)
  const marks = new Uint8Array(count)
  for (const stroke of strokes) {
    const { eye, right, down, forward, focal, radius, far, points } = stroke
    const [left, end] = [Math.min(...points.map(([x]) => x)) - radius, Math.max(...points.map(([x]) => x)) + radius]
    const [top, bottom] = [
      Math.min(...points.map(([, y]) => y)) - radius,
      Math.max(...points.map(([, y]) => y)) + radius,
    ]
    for (let i = 0; i < count; i++) {
      if (marks[i] === 1) continue
      const a = (places[3 * i] ?? 0) - eye[0]
      const b = (places[3 * i + 1] ?? 0) - eye[1]
      const c = (places[3 * i + 2] ?? 0) - eye[2]
      const depth = a * forward[0] + b * forward[1] + c * forward[2]
      if (!(depth > 0) || (far > 0 && depth > far)) continue
      const x = (focal * (a * right[0] + b * right[1] + c * right[2])) / depth
      const y = (focal * (a * down[0] + b * down[1] + c * down[2])) / depth
      if (x >= left && x <= end && y >= top && y <= bottom && under(stroke, x, y)) marks[i] = 1
    }
  }
  return marks
}

/** The same line with fewer points: none is farther from it than `within`. Douglas and Peucker 1973. */
export function simplified(
  points: readonly (readonly [number, number])[],
  within: number,
): readonly (readonly [number, number])[] {
  const kept = new Set([0, points.length - 1])
  const parts: [number, number][] = [[0, points.length - 1]]
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part
    const [[ax, ay] = [0, 0], [bx, by] = [0, 0]] = [points[from], points[to]]
    const length = Math.hypot(bx - ax, by - ay)
    let [most, at] = [within, -1]
    for (let i = from + 1; i < to; i++) {
      const [x, y] = points[i] ?? [0, 0]
      const away =
        length > 0 ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay)
      if (away > most) [most, at] = [away, i]
    }
    if (at < 0) continue
    kept.add(at)
    parts.push([from, at], [at, to])
  }
  return points.filter((_, i) => kept.has(i))
}
