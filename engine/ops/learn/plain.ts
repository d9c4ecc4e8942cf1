/** Ops over rows of features in plain arrays, as they are explained. */

export interface NearestCentres {
  /** (N) The number of the nearest centre, the first of equal ones. */
  readonly groups: Int32Array
  /** (N) The squared distances to them. */
  readonly gaps: Float64Array
  /** (K, D) The sums of the rows of each group. */
  readonly sums: Float64Array
  /** The sum of `gaps`. */
  readonly inertia: number
}

export interface Gram {
  /** (D) of the columns. */
  readonly means: Float64Array
  /** (M, M), of rows or of columns: X Xᵀ or Xᵀ X of rows less the means, whichever is smaller. */
  readonly products: Float64Array
  /** The sum of the squares of all numbers less the means. */
  readonly total: number
}

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
