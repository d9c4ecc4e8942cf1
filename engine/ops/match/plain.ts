/** Which features of two pictures belong together: brute force with ratio test and cross check, as the op explains it. Plain arrays. */

export interface Described {
  /** One row for each feature. */
  readonly rows: Uint8Array | Float32Array
  readonly count: number
}

export interface MatchParams {
  /** The nearest must be nearer than this times the second nearest; 1: any. */
  readonly ratio: number
  /** The first must be the nearest of the second, too. */
  readonly cross: boolean
  /** How many of the best are given at most. */
  readonly most: number
}

export interface Pair {
  readonly first: number
  readonly second: number
  /** Bits that differ of binary descriptors, else the length of the difference. */
  readonly distance: number
  /** To the distance of the second best. */
  readonly ratio: number
}

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1
  return bits
})

/** The distance of two rows; of floats squared, which keeps the order. */
function distances(a: Described, b: Described): (i: number, j: number) => number {
  const length = a.count > 0 ? a.rows.length / a.count : 0
  const [p, q] = [a.rows, b.rows]
  if (p instanceof Uint8Array)
    return (i, j) => {
      let sum = 0
      for (let k = 0, x = i * length, y = j * length; k < length; k++)
        sum += bitsOf[(p[x + k] ?? 0) ^ (q[y + k] ?? 0)] ?? 0
      return sum
    }
  return (i, j) => {
    let sum = 0
    for (let k = 0, x = i * length, y = j * length; k < length; k++) {
      const d = (p[x + k] ?? 0) - (q[y + k] ?? 0)
      sum += d * d
    }
    return sum
  }
}

/**
 * For each feature of the first the nearest of the second, best first.
 * @see OpenCV BFMatcher (knnMatch, crossCheck); Lowe 2004
 */
export function pairsOf(a: Described, b: Described, { ratio, cross, most }: MatchParams): Pair[] {
  const binary = a.rows instanceof Uint8Array
  const distance = distances(a, b)
  const back = new Int32Array(b.count).fill(-1)
  const nearest = new Float64Array(b.count).fill(Number.POSITIVE_INFINITY)
  const found: Pair[] = []
  const real = (d: number): number => (binary ? d : Math.sqrt(d))
  for (let i = 0; i < a.count; i++) {
    let [best, second, at] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1]
    for (let j = 0; j < b.count; j++) {
      const d = distance(i, j)
      if (d < best) [best, second, at] = [d, best, j]
      else if (d < second) second = d
      if (d < (nearest[j] ?? 0)) {
        nearest[j] = d
        back[j] = i
      }
    }
    if (at < 0) continue
    const part = second === 0 ? 1 : real(best) / real(second)
    if (ratio >= 1 || part < ratio) found.push({ first: i, second: at, distance: real(best), ratio: part })
  }
  return found
    .filter(({ first, second }) => !cross || back[second] === first)
    .sort((p, q) => p.distance - q.distance)
    .slice(0, most)
}
