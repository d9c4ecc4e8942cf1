import { harmonics } from '../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'

export const splatMeasures = ['opacity', 'size', 'elongation', 'brightness'] as const
export type SplatMeasure = (typeof splatMeasures)[number]

function numbersOf({ opacities, scales, sh, degree }: SplatScene, measure: SplatMeasure): Float64Array {
  const width = 3 * (degree + 1) ** 2
  return Float64Array.from({ length: opacities.length }, (_, i) => {
    if (measure === 'opacity') return opacities[i] ?? 0
    const [a = 0, b = 0, c = 0] =
      measure === 'brightness' ? sh.subarray(width * i, width * i + 3) : scales.subarray(3 * i, 3 * i + 3)
    if (measure === 'brightness') return Math.max(0, 0.5 + (harmonics.c0 * (a + b + c)) / 3)
    const [most, least] = [Math.max(a, b, c), Math.min(a, b, c)]
    // The longest beside the middle one: flat splats are no needles.
    return measure === 'size' ? most : most / Math.max(1e-30, a + b + c - most - least)
  })
}

export interface SplatFigures {
  readonly rows: readonly (readonly (string | number)[])[]
  readonly histogram: { readonly range: readonly [number, number]; readonly values: readonly number[] }
}

const bins = 64

/** Least, quartiles and largest of each measure; the histogram of one of them, without its outermost hundredths. */
export const statisticsWork = defineWork({
  name: 'splat/statistics',
  run({ scene, of }: { readonly scene: SplatScene; readonly of: SplatMeasure }): SplatFigures {
    let histogram: SplatFigures['histogram'] = { range: [0, 1], values: new Array(bins).fill(0) }
    const rows = splatMeasures.map((measure) => {
      const sorted = numbersOf(scene, measure).filter(Number.isFinite).sort()
      const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN
      if (measure === of && sorted.length > 0) {
        const [low, high] = measure === 'opacity' ? [0, 1] : [at(0.01), at(0.99)]
        const span = high > low ? high - low : 1
        const values = new Array<number>(bins).fill(0)
        for (const v of sorted)
          if (v >= low && v <= high) {
            const bin = Math.min(bins - 1, Math.floor(((v - low) / span) * bins))
            values[bin] = (values[bin] ?? 0) + 1
          }
        histogram = { range: [low, low + span], values }
      }
      return [measure, ...[0, 0.25, 0.5, 0.75, 1].map((part) => Number(at(part).toPrecision(4)))]
    })
    return { rows, histogram }
  },
})
