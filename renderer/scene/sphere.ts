/** The region that holds most of a cloud of splats: captures have a few outliers far away. */
import type { Sphere } from './view.ts'

/** Outliers beyond these quantiles on an axis do not affect the centre. */
const middle = 0.98
/** Encloses all but a few splats, unless many fit in two thirds of that radius: then the rest is background. */
const most = 0.998
const many = 0.8
const background = 1.5

const quantile = (sorted: Float64Array, part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0

/** @param splats x, y, z and extent of each, consecutively */
export function sphereOf(splats: Float64Array): Sphere {
  const n = splats.length / 4
  // Among few splats none is an outlier.
  const few = n < 100
  const axis = (i: number): number => {
    const sorted = Float64Array.from({ length: n }, (_, at) => splats[4 * at + i] ?? 0).sort()
    const part = few ? 1 : middle
    return (quantile(sorted, 1 - part) + quantile(sorted, part)) / 2
  }
  const centre = [axis(0), axis(1), axis(2)] as const
  const reaches = Float64Array.from({ length: n }, (_, at) => {
    const [x = 0, y = 0, z = 0, reach = 0] = splats.subarray(4 * at, 4 * at + 4)
    return Math.hypot(x - centre[0], y - centre[1], z - centre[2]) + reach
  }).sort()
  const radius = few ? quantile(reaches, 1) : Math.min(quantile(reaches, most), background * quantile(reaches, many))
  return { centre, radius: radius || 1 }
}
