/** k-means of rows of any length. Plain functions over arrays. */
import { randomFrom } from '../engine/types/random.ts'

export interface Groups {
  /** (K, D) */
  readonly centres: Float64Array
  /** (N) */
  readonly assigned: Int32Array
  /** The sum of the squared distances to the centres. */
  readonly inertia: number
}

function apart(rows: Float32Array, n: number, centres: Float64Array, k: number, length: number): number {
  let sum = 0
  for (let d = 0; d < length; d++) {
    const v = (rows[n * length + d] as number) - (centres[k * length + d] as number)
    sum += v * v
  }
  return sum
}

/** Centres to begin with, far apart as a rule. @see Arthur and Vassilvitskii, k-means++, 2007 */
export function firstCentres(rows: Float32Array, length: number, count: number, seed: number): Float64Array {
  const random = randomFrom(seed)
  const n = rows.length / length
  const centres = new Float64Array(count * length)
  const gaps = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  let next = Math.floor(random() * n)
  for (let k = 0; k < count; k++) {
    centres.set(rows.subarray(next * length, (next + 1) * length), k * length)
    let total = 0
    for (let i = 0; i < n; i++) {
      gaps[i] = Math.min(gaps[i] as number, apart(rows, i, centres, k, length))
      total += gaps[i] as number
    }
    let left = random() * total
    next = 0
    while (next < n - 1 && left >= (gaps[next] as number)) left -= gaps[next++] as number
  }
  return centres
}

/** Which centre is nearest to each row. */
export function assign(rows: Float32Array, length: number, centres: Float64Array): Groups {
  const n = rows.length / length
  const count = centres.length / length
  const assigned = new Int32Array(n)
  let inertia = 0
  for (let i = 0; i < n; i++) {
    let [best, least] = [0, Number.POSITIVE_INFINITY]
    for (let k = 0; k < count; k++) {
      const gap = apart(rows, i, centres, k, length)
      if (gap < least) [best, least] = [k, gap]
    }
    assigned[i] = best
    inertia += least
  }
  return { centres, assigned, inertia }
}

/** A round of Lloyd's: centres in the middle of what is nearest to them. One without any takes the row furthest from its own. */
export function moved(rows: Float32Array, length: number, { centres, assigned }: Groups): Float64Array {
  const count = centres.length / length
  const sums = new Float64Array(centres.length)
  const sizes = new Float64Array(count)
  for (const [i, k] of assigned.entries()) {
    sizes[k] = (sizes[k] as number) + 1
    for (let d = 0; d < length; d++)
      sums[k * length + d] = (sums[k * length + d] as number) + (rows[i * length + d] as number)
  }
  const far = sizes.includes(0)
    ? Array.from(assigned, (k, i) => ({ i, gap: apart(rows, i, centres, k, length) })).sort((a, b) => b.gap - a.gap)
    : []
  return sums.map((sum, at) => {
    const k = Math.floor(at / length)
    const size = sizes[k] as number
    if (size > 0) return sum / size
    const taken = far[sizes.subarray(0, k).filter((one) => one === 0).length]
    return rows[(taken?.i ?? 0) * length + (at % length)] as number
  })
}
