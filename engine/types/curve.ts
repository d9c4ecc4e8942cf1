/** A smooth curve through points that overshoots none of them. */

type Point = readonly [x: number, y: number]

/** The slope of the curve at each point. @see Fritsch and Butland, 1984; scipy.interpolate.PchipInterpolator */
function slopesOf(steps: readonly number[], rises: readonly number[]): readonly number[] {
  const end = (h0: number, h1: number, d0: number, d1: number): number => {
    const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if (Math.sign(slope) !== Math.sign(d0)) return 0
    return Math.sign(d0) !== Math.sign(d1) && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope
  }
  const [h, d] = [(i: number) => steps[i] ?? 0, (i: number) => rises[i] ?? 0]
  const last = steps.length - 1
  if (last === 0) return [d(0), d(0)]
  const inner = Array.from({ length: last }, (_, k) => {
    const [a, b] = [d(k), d(k + 1)]
    if (a * b <= 0) return 0
    const [wa, wb] = [2 * h(k + 1) + h(k), h(k + 1) + 2 * h(k)]
    return (wa + wb) / (wa / a + wb / b)
  })
  return [end(h(0), h(1), d(0), d(1)), ...inner, end(h(last), h(last - 1), d(last), d(last - 1))]
}

/** The curve as a function; level before the first point and after the last. Points are in rising order of x. */
export function pchip(points: readonly Point[]): (x: number) => number {
  const steps = points.slice(1).map(([x], i) => x - (points[i]?.[0] ?? 0))
  const rises = points.slice(1).map(([, y], i) => (y - (points[i]?.[1] ?? 0)) / (steps[i] ?? 1))
  const slopes = slopesOf(steps, rises)
  return (x) => {
    const after = points.findIndex(([at]) => at >= x)
    if (after === 0) return points[0]?.[1] ?? 0
    if (after < 0) return points.at(-1)?.[1] ?? 0
    const i = after - 1
    const [[x0, y0], [, y1]] = [points[i] ?? [0, 0], points[after] ?? [1, 1]]
    const h = steps[i] ?? 1
    const t = (x - x0) / h
    const [a, b] = [(slopes[i] ?? 0) * h, (slopes[after] ?? 0) * h]
    return y0 * (1 + 2 * t) * (1 - t) ** 2 + a * t * (1 - t) ** 2 + y1 * t * t * (3 - 2 * t) + b * t * t * (t - 1)
  }
}
