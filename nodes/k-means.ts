/** k-means of rows of any length: where it begins, and where centres move. Plain functions over arrays. */
import type { NearestCentres } from '../engine/ops/learn/plain.ts'
import { randomFrom } from '../engine/types/random.ts'

export interface Groups extends NearestCentres {
  /** (K, D) */
  readonly centres: Float64Array
}

/** Which centre is nearest to each row. */
export type Nearest = (centres: Float64Array) => Promise<NearestCentres>

/** Centres to begin with, far apart as a rule. @see Arthur and Vassilvitskii, k-means++, 2007 */
export async function firstCentres(
  rows: ArrayLike<number>,
  length: number,
  count: number,
  seed: number,
  nearest: Nearest,
): Promise<Float64Array> {
  const random = randomFrom(seed)
  const n = rows.length / length
  const centres = new Float64Array(count * length)
  const gaps = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  let next = Math.floor(random() * n)
  for (let k = 0; k < count; k++) {
    const own = centres.subarray(k * length, (k + 1) * length)
    for (let d = 0; d < length; d++) own[d] = rows[next * length + d] ?? 0
    const found = await nearest(own)
    let total = 0
    for (let i = 0; i < n; i++) {
      gaps[i] = Math.min(gaps[i] as number, found.gaps[i] as number)
      total += gaps[i] as number
    }
    let left = random() * total
    next = 0
    while (next < n - 1 && left >= (gaps[next] as number)) left -= gaps[next++] as number
  }
  return centres
}

/** How many rows each group has. */
export function sizesOf({ groups }: Pick<NearestCentres, 'groups'>, count: number): Int32Array {
  const sizes = new Int32Array(count)
  for (const k of groups) sizes[k] = (sizes[k] as number) + 1
  return sizes
}

/** A round of Lloyd's: centres in the middle of what is nearest to them. One without any takes the row furthest from its own. */
export function moved(rows: ArrayLike<number>, length: number, { centres, groups, gaps, sums }: Groups): Float64Array {
  const sizes = sizesOf({ groups }, centres.length / length)
  const far = sizes.includes(0) ? Array.from(gaps.keys()).sort((a, b) => (gaps[b] ?? 0) - (gaps[a] ?? 0)) : []
  return sums.map((sum, at) => {
    const k = Math.floor(at / length)
    const size = sizes[k] as number
    if (size > 0) return sum / size
    const taken = far[sizes.subarray(0, k).filter((one) => one === 0).length] ?? 0
    return rows[taken * length + (at % length)] as number
  })
}
