import { labelColours } from '../../engine/ops/preview/colours.ts'
import { defineWork, type WorkContext } from '../../engine/types/work.ts'
import type { Scatter } from '../scatter.ts'

/** Room around the points, in pixels. */
const margin = 16
const background = 0.97
const plain = [0.25, 0.42, 0.78] as const

/** Of the first two columns of rows, scaled alike to fill the picture; y goes up. */
function draw({ points, columns, classes, size, radius }: Scatter, context: WorkContext): Float32Array<ArrayBuffer> {
  const count = points.length / columns
  const at = (i: number, axis: number): number => points[i * columns + axis] ?? 0
  const side = (axis: number): readonly [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < count; i++) {
      const value = at(i, axis)
      if (!Number.isFinite(value)) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    return low <= high ? [low, high] : [0, 0]
  }
  const [x, y] = [side(0), side(1)]
  const scale = (size - 2 * margin) / Math.max(x[1] - x[0], y[1] - y[0], 1e-30)
  const colours = labelColours()
  const numbers = new Float32Array(size * size * 3).fill(background)
  for (let i = 0; i < count && !context.cancelled; i++) {
    const u = size / 2 + (at(i, 0) - (x[0] + x[1]) / 2) * scale
    const v = size / 2 - (at(i, 1) - (y[0] + y[1]) / 2) * scale
    if (!Number.isFinite(u + v)) continue
    const label = classes === undefined ? 0 : (classes[i] ?? 0) + 1
    const colour = classes === undefined ? plain : [0, 1, 2].map((c) => (colours[3 * (label % 256) + c] ?? 0) / 255)
    for (let py = Math.floor(v - radius - 1); py <= v + radius + 1; py++)
      for (let px = Math.floor(u - radius - 1); px <= u + radius + 1; px++) {
        if (px < 0 || py < 0 || px >= size || py >= size) continue
        // A smooth edge, one pixel wide.
        const share = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(px - u, py - v)))
        for (let c = 0; c < 3; c++) {
          const place = (py * size + px) * 3 + c
          numbers[place] = (numbers[place] ?? 0) * (1 - 0.85 * share) + (colour[c] ?? 0) * 0.85 * share
        }
      }
  }
  return numbers
}

export const scatterPicture = defineWork({ name: 'learn/scatter', run: draw })
