/** Ops over rows of features in plain arrays, as they are explained. */

import type { NearestCentres } from './centres.ts'
import type { Gram } from './gram.ts'

interface Sides {
  readonly n: number
  readonly d: number
}

/** @param rows (N, D) @param centres (K, D) */
export function nearestPlain(rows: Float32Array, { n, d }: Sides, centres: Float64Array): NearestCentres {
  const count = centres.length / d
  const [groups, gaps, sums] = [new Int32Array(n), new Float64Array(n), new Float64Array(centres.length)]
  for (let i = 0; i < n; i++) {
    let [best, least] = [0, Number.POSITIVE_INFINITY]
    for (let k = 0; k < count; k++) {
      let gap = 0
      for (let j = 0; j < d; j++) gap += ((rows[i * d + j] ?? 0) - (centres[k * d + j] ?? 0)) ** 2
      if (gap < least) [best, least] = [k, gap]
    }
    groups[i] = best
    gaps[i] = least
    for (let j = 0; j < d; j++) sums[best * d + j] = (sums[best * d + j] ?? 0) + (rows[i * d + j] ?? 0)
  }
  return { groups, gaps, sums, inertia: gaps.reduce((sum, gap) => sum + gap, 0) }
}

/** @param rows (N, D) */
export function gramPlain(rows: Float32Array, { n, d }: Sides): Gram {
  const means = Float64Array.from({ length: d }, (_, j) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += rows[i * d + j] ?? 0
    return sum / n
  })
  const at = (i: number, j: number): number => (rows[i * d + j] ?? 0) - (means[j] ?? 0)
  const [m, length] = d < n ? [d, n] : [n, d]
  const products = Float64Array.from({ length: m * m }, (_, i) => {
    const [a, b] = [Math.floor(i / m), i % m]
    let sum = 0
    for (let k = 0; k < length; k++) sum += d < n ? at(k, a) * at(k, b) : at(a, k) * at(b, k)
    return sum
  })
  const total = products.filter((_, i) => i % (m + 1) === 0).reduce((sum, v) => sum + v, 0)
  return { means, products, total }
}
