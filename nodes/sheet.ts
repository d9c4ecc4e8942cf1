/** Lines and dots on paper, as a picture: charts without words. */
import type { ImageShape } from '../engine/values/index.ts'

type Colour = readonly [number, number, number]
type Place = readonly [x: number, y: number]

/** Told apart by eyes of all kinds (Okabe and Ito 2008). */
export const chartColours: readonly Colour[] = [
  [0.9, 0.62, 0],
  [0.34, 0.71, 0.91],
  [0, 0.62, 0.45],
  [0.8, 0.47, 0.65],
]
const paper: Colour = [0.98, 0.98, 0.97]
const gridColour: Colour = [0.86, 0.86, 0.87]
export const gray: Colour = [0.55, 0.55, 0.57]

export const chartSize = { width: 960, height: 640 } as const
export const chartShape: ImageShape = {
  ...{ kind: 'image', ...chartSize, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
}
/** Around what is drawn, in pixels. */
export const chartEdge = 40
/** Half of the width of a line of the grid. */
const gridRadius = 0.75

/** The distance of a point from a stretch of a line. */
function distance(px: number, py: number, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length))
  return Math.hypot(px - ax - t * dx, py - ay - t * dy)
}

/** Height × width × 3 numbers from 0 to 1. Places are in pixels, y down. */
export class Sheet {
  readonly numbers: Float32Array

  constructor() {
    this.numbers = new Float32Array(chartSize.width * chartSize.height * 3)
    for (let i = 0; i < this.numbers.length; i += 3) this.numbers.set(paper, i)
  }

  /** Draws what lies within `radius` of a stretch, with soft edges. */
  stroke(a: Place, b: Place, radius: number, colour: Colour): void {
    const { width, height } = chartSize
    const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
    const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
    const around = radius + 1
    for (let v = Math.max(0, Math.floor(top - around)); v < Math.min(height, bottom + around); v++)
      for (let u = Math.max(0, Math.floor(left - around)); u < Math.min(width, right + around); u++) {
        const cover = Math.max(0, Math.min(1, radius + 0.5 - distance(u + 0.5, v + 0.5, a, b)))
        if (cover === 0) continue
        const at = (v * width + u) * 3
        for (const [c, value] of colour.entries())
          this.numbers[at + c] = (this.numbers[at + c] ?? 0) * (1 - cover) + value * cover
      }
  }

  dot(at: Place, radius: number, colour: Colour): void {
    this.stroke(at, at, radius, colour)
  }

  /** Lines of the grid, upright at these x and flat at these y. */
  grid(xs: readonly number[], ys: readonly number[]): void {
    const { width, height } = chartSize
    for (const x of xs) this.stroke([x, chartEdge], [x, height - chartEdge], gridRadius, gridColour)
    for (const y of ys) this.stroke([chartEdge, y], [width - chartEdge, y], gridRadius, gridColour)
  }
}
