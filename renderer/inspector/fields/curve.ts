/** Points of a curve over 0..1, in the order of their places: moved, added, taken away. */

export type CurvePoint = readonly [x: number, y: number]
export type CurvePoints = readonly CurvePoint[]

/** Between two points at least this much. */
const apart = 0.002
/** Digits of a place that a hand sets. */
const rounded = (v: number): number => Math.round(v * 1000) / 1000
const within = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), high)

export const inOrder = (points: readonly (readonly number[])[]): CurvePoints =>
  points.map(([x = 0, y = 0]) => [x, y] as const).sort(([a], [b]) => a - b)

/** The point at a new place: it does not pass its neighbours. */
export function movedPoint(points: CurvePoints, at: number, [x, y]: CurvePoint): CurvePoints {
  const low = (points[at - 1]?.[0] ?? -apart) + apart
  const high = (points[at + 1]?.[0] ?? 1 + apart) - apart
  return points.with(at, [rounded(within(x, low, Math.max(low, high))), rounded(within(y, 0, 1))])
}

/** With one more point there, and which one it is; undefined where another is too near. */
export function addedPoint(
  points: CurvePoints,
  [x, y]: CurvePoint,
): { readonly points: CurvePoints; readonly at: number } | undefined {
  if (points.some(([there]) => Math.abs(there - x) < 4 * apart)) return undefined
  const next = points.findIndex(([there]) => there > x)
  const at = next < 0 ? points.length : next
  return { points: points.toSpliced(at, 0, [rounded(within(x, 0, 1)), rounded(within(y, 0, 1))]), at }
}
