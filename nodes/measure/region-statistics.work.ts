/** What is measured of each region of a picture. */
import { defineWork } from '../../engine/types/work.ts'
import type { Numbers } from '../../engine/values/index.ts'

export interface Regions {
  /** Of the picture, row-major, channels last. */
  readonly numbers: Numbers
  readonly channels: number
  /** The region of each pixel; 0: none. */
  readonly labels: Numbers
  readonly width: number
}

export interface Region {
  readonly label: number
  readonly area: number
  /** Of the middles of its pixels. */
  readonly x: number
  readonly y: number
  /** Left, top, right and bottom edge. */
  readonly box: readonly [number, number, number, number]
  /** Of each channel, over its finite numbers. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
}

interface Sums {
  area: number
  x: number
  y: number
  readonly box: [number, number, number, number]
  readonly count: Float64Array
  readonly mean: Float64Array
  readonly squares: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
}

const started = (channels: number): Sums => ({
  ...{ area: 0, x: 0, y: 0, box: [Infinity, Infinity, -Infinity, -Infinity] },
  count: new Float64Array(channels),
  mean: new Float64Array(channels),
  squares: new Float64Array(channels),
  min: new Float64Array(channels).fill(Infinity),
  max: new Float64Array(channels).fill(-Infinity),
})

function addPixel(sums: Sums, x: number, y: number): void {
  const { box } = sums
  sums.area++
  sums.x += x + 0.5
  sums.y += y + 0.5
  box[0] = Math.min(box[0], x)
  box[1] = Math.min(box[1], y)
  box[2] = Math.max(box[2], x + 1)
  box[3] = Math.max(box[3], y + 1)
}

/** Mean and squared deviations as they grow (Welford, 1962), so that nothing is lost where numbers are large. */
function addNumber({ count, mean, squares, min, max }: Sums, c: number, v: number): void {
  if (!Number.isFinite(v)) return
  const n = (count[c] ?? 0) + 1
  const before = mean[c] ?? 0
  const after = before + (v - before) / n
  count[c] = n
  mean[c] = after
  squares[c] = (squares[c] ?? 0) + (v - before) * (v - after)
  min[c] = Math.min(min[c] ?? v, v)
  max[c] = Math.max(max[c] ?? v, v)
}

function measure({ numbers, channels, labels, width }: Regions, cancelled: () => boolean): readonly Region[] {
  const all = new Map<number, Sums>()
  for (let i = 0; i < labels.length; i++) {
    if (i % width === 0 && cancelled()) return []
    const label = labels[i] ?? 0
    if (label === 0) continue
    const sums = all.get(label) ?? started(channels)
    if (sums.area === 0) all.set(label, sums)
    addPixel(sums, i % width, Math.floor(i / width))
    for (let c = 0; c < channels; c++) addNumber(sums, c, numbers[i * channels + c] ?? Number.NaN)
  }
  return [...all]
    .sort(([a], [b]) => a - b)
    .map(([label, { area, x, y, box, count, mean, squares, min, max }]) => ({
      ...{ label, area, x: x / area, y: y / area, box },
      mean: Array.from(mean, (v, c) => ((count[c] ?? 0) > 0 ? v : Number.NaN)),
      std: Array.from(squares, (v, c) => Math.sqrt(v / (count[c] ?? 0))),
      min: Array.from(min, (v, c) => ((count[c] ?? 0) > 0 ? v : Number.NaN)),
      max: Array.from(max, (v, c) => ((count[c] ?? 0) > 0 ? v : Number.NaN)),
    }))
}

export const measureRegions = defineWork<Regions, readonly Region[]>({
  name: 'measure/region-statistics',
  run: (regions, context) => measure(regions, () => context.cancelled),
})
