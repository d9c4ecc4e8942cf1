/** The chart of the family album as a picture: errors over the power of ten of the cost, a dot for each architecture. */

export interface Dot {
  /** Power of ten of the cost. */
  readonly power: number
  /** In %. */
  readonly error: number
  /** Its colour; dots of one family are joined by a line. -1: gray, and none. */
  readonly family: number
}

type Colour = readonly [number, number, number]
/** Told apart by eyes of all kinds (Okabe and Ito 2008). */
export const familyColours: readonly Colour[] = [
  [0.9, 0.62, 0],
  [0.34, 0.71, 0.91],
  [0, 0.62, 0.45],
  [0.8, 0.47, 0.65],
]
const paper: Colour = [0.98, 0.98, 0.97]
const grid: Colour = [0.86, 0.86, 0.87]
const gray: Colour = [0.55, 0.55, 0.57]

export const chartSize = { width: 960, height: 640 } as const
const edge = 40
/** Of a dot and of half a line, in pixels. */
const [dotRadius, lineRadius, gridRadius] = [9, 2, 0.75]

/** The distance of a point from a stretch of a line. */
function distance(px: number, py: number, [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length))
  return Math.hypot(px - ax - t * dx, py - ay - t * dy)
}

/** Height × width × 3 numbers from 0 to 1. Lines of the grid are at whole powers of ten, and at every 10 % of errors. */
export function albumChart(dots: readonly Dot[]): Float32Array {
  const { width, height } = chartSize
  const out = new Float32Array(width * height * 3)
  for (let i = 0; i < out.length; i += 3) out.set(paper, i)
  const powers = dots.map(({ power }) => power)
  const [from, to] = [Math.floor(Math.min(...powers) * 2) / 2, Math.ceil(Math.max(...powers) * 2) / 2]
  const most = Math.ceil(Math.max(...dots.map(({ error }) => error)) / 10) * 10
  const x = (power: number): number => edge + ((power - from) / (to - from)) * (width - 2 * edge)
  const y = (error: number): number => height - edge - (error / most) * (height - 2 * edge)

  /** Draws what lies within `radius` of a stretch, with soft edges. */
  function stroke(a: readonly [number, number], b: readonly [number, number], radius: number, colour: Colour): void {
    const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
    const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
    const around = radius + 1
    for (let v = Math.max(0, Math.floor(top - around)); v < Math.min(height, bottom + around); v++)
      for (let u = Math.max(0, Math.floor(left - around)); u < Math.min(width, right + around); u++) {
        const cover = Math.max(0, Math.min(1, radius + 0.5 - distance(u + 0.5, v + 0.5, a, b)))
        if (cover === 0) continue
        const at = (v * width + u) * 3
        for (const [c, value] of colour.entries()) out[at + c] = (out[at + c] ?? 0) * (1 - cover) + value * cover
      }
  }

  for (let power = Math.ceil(from); power <= to; power++) stroke([x(power), edge], [x(power), y(0)], gridRadius, grid)
  for (let error = 0; error <= most; error += 10) stroke([edge, y(error)], [width - edge, y(error)], gridRadius, grid)
  const places = dots.map(({ power, error }) => [x(power), y(error)] as const)
  for (const [family, colour] of familyColours.entries()) {
    const line = places.filter((_, i) => dots[i]?.family === family).sort(([a], [b]) => a - b)
    for (const [i, place] of line.entries()) if (i > 0) stroke(line[i - 1] ?? place, place, lineRadius, colour)
  }
  for (const [i, place] of places.entries()) {
    const colour = familyColours[dots[i]?.family ?? -1]
    stroke(place, place, colour ? dotRadius : dotRadius * 0.6, colour ?? gray)
  }
  return out
}
