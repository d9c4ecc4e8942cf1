/** Points on a plane as a picture, coloured by their class. */
import { labelColours } from '../engine/ops/preview/colours.ts'
import type { Ops } from '../engine/types/ops.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'

/** Room around the points, in pixels. */
const margin = 16
const background = 0.97
const plain = [0.25, 0.42, 0.78] as const

export const scatterShape = (size: number): ImageShape => ({
  ...{ kind: 'image', height: size, width: size, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
})

/** Of the first two columns of rows, scaled alike to fill the picture; y goes up. */
export async function scatterOf(
  points: ArrayLike<number>,
  columns: number,
  targets: ArrayLike<number> | undefined,
  { size, radius }: { readonly size: number; readonly radius: number },
  ops: Ops,
): Promise<ImageValue> {
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
  for (let i = 0; i < count; i++) {
    const u = size / 2 + (at(i, 0) - (x[0] + x[1]) / 2) * scale
    const v = size / 2 - (at(i, 1) - (y[0] + y[1]) / 2) * scale
    if (!Number.isFinite(u + v)) continue
    const label = targets === undefined ? 0 : (targets[i] ?? 0) + 1
    const colour = targets === undefined ? plain : [0, 1, 2].map((c) => (colours[3 * (label % 256) + c] ?? 0) / 255)
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
  return (await ops.fromNumbers({ shape: scatterShape(size), numbers })) as ImageValue
}
