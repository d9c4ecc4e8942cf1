/** Strokes of a round brush as pixels. */
import type { StrokeValue } from '../../engine/types/param.ts'
import { defineWork } from '../../engine/types/work.ts'

export interface Painting {
  readonly strokes: readonly StrokeValue[]
  readonly width: number
  readonly height: number
}

/** Strokes make of a mask m the mask max(min(m, most), least). Row-major, 0..1. */
export interface Painted {
  readonly least: Float32Array
  readonly most: Float32Array
}

/** How far (x, y) is from the line between two points. */
function distance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
  return Math.hypot(ax + t * dx - x, ay + t * dy - y)
}

/** How much of each pixel one part of a stroke covers. `paint` is called for those that it covers at all. */
function cover(
  { width, height }: Painting,
  radius: number,
  [ax, ay, bx, by]: readonly [number, number, number, number],
  paint: (at: number, share: number) => void,
): void {
  const reach = radius + 0.5
  const clip = (value: number, end: number): number => Math.min(end, Math.max(0, value))
  const [x0, x1] = [clip(Math.floor(Math.min(ax, bx) - reach), width), clip(Math.ceil(Math.max(ax, bx) + reach), width)]
  const [y0, y1] = [
    clip(Math.floor(Math.min(ay, by) - reach), height),
    clip(Math.ceil(Math.max(ay, by) + reach), height),
  ]
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const share = reach - distance(x + 0.5, y + 0.5, ax, ay, bx, by)
      if (share > 0) paint(y * width + x, Math.min(1, share))
    }
}

function paint(painting: Painting, cancelled: () => boolean): Painted {
  const { strokes, width, height } = painting
  const least = new Float32Array(width * height)
  const most = new Float32Array(width * height).fill(1)
  const raise = (at: number, share: number): void => {
    least[at] = Math.max(least[at] ?? 0, share)
    most[at] = Math.max(most[at] ?? 0, share)
  }
  const lower = (at: number, share: number): void => {
    least[at] = Math.min(least[at] ?? 0, 1 - share)
    most[at] = Math.min(most[at] ?? 0, 1 - share)
  }
  for (const [radius, paints, ...line] of strokes) {
    const change = paints === 1 ? raise : lower
    for (let i = 0; i < Math.max(2, line.length - 2); i += 2) {
      if (cancelled()) return { least, most }
      const [ax = 0, ay = 0, bx = ax, by = ay] = line.slice(i, i + 4)
      cover(painting, radius, [ax, ay, bx, by], change)
    }
  }
  return { least, most }
}

export const paintStrokes = defineWork<Painting, Painted>({
  name: 'draw/mask',
  run: (painting, context) => paint(painting, () => context.cancelled),
})
