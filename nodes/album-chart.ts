/** The chart of the family album as a picture: errors over the power of ten of the cost, a dot for each architecture. */
import { chartColours, chartEdge, chartSize, gray, Sheet } from './sheet.ts'

export interface Dot {
  /** Power of ten of the cost. */
  readonly power: number
  /** In %. */
  readonly error: number
  /** Its colour; dots of one family are joined by a line. -1: gray, and none. */
  readonly family: number
}

/** Of a dot and of half a line, in pixels. */
const [dotRadius, lineRadius] = [9, 2]

/** Height × width × 3 numbers from 0 to 1. Lines of the grid are at whole powers of ten, and at every 10 % of errors. */
export function albumChart(dots: readonly Dot[]): Float32Array {
  const { width, height } = chartSize
  const powers = dots.map(({ power }) => power)
  const [from, to] = [Math.floor(Math.min(...powers) * 2) / 2, Math.ceil(Math.max(...powers) * 2) / 2]
  const most = Math.ceil(Math.max(...dots.map(({ error }) => error)) / 10) * 10
  const x = (power: number): number => chartEdge + ((power - from) / (to - from)) * (width - 2 * chartEdge)
  const y = (error: number): number => height - chartEdge - (error / most) * (height - 2 * chartEdge)
  const steps = (first: number, last: number, by: number): number[] =>
    Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => first + i * by)

  const sheet = new Sheet()
  sheet.grid(steps(Math.ceil(from), to, 1).map(x), steps(0, most, 10).map(y))
  const places = dots.map(({ power, error }) => [x(power), y(error)] as const)
  for (const [family, colour] of chartColours.entries()) {
    const line = places.filter((_, i) => dots[i]?.family === family).sort(([a], [b]) => a - b)
    for (const [i, place] of line.entries()) if (i > 0) sheet.stroke(line[i - 1] ?? place, place, lineRadius, colour)
  }
  for (const [i, place] of places.entries()) {
    const colour = chartColours[dots[i]?.family ?? -1]
    sheet.dot(place, colour ? dotRadius : dotRadius * 0.6, colour ?? gray)
  }
  return sheet.numbers
}
