/** Principal components by subspace iteration. Plain functions over arrays. */

export interface Principal {
  /** (D) of all rows. */
  readonly mean: Float64Array
  /** (K, D), of length 1, at right angles to each other, the largest variance first; the largest number of each is positive. */
  readonly components: readonly Float64Array[]
  /** (K) along each, divided by N − 1. */
  readonly variances: readonly number[]
  /** Of all features together. */
  readonly total: number
}

/** Columns more than are wanted: they make the last ones come to rest sooner. */
const spare = 10
const mostRounds = 500
/** Of the variances from round to round, relative to the largest. */
const tolerance = 1e-12

const dotOf = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** Numbers of both signs, the same each time. */
function numbers(length: number): Float64Array {
  let state = 0x2545f491
  return Float64Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 31 - 1
  })
}

/** At right angles and of length 1, by Gram and Schmidt, twice. A vector of which nothing is left becomes 0. */
function orthonormal(vectors: Float64Array[]): void {
  for (const [k, vector] of vectors.entries()) {
    const before = Math.sqrt(dotOf(vector, vector))
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < k; j++) {
        const other = vectors[j] as Float64Array
        const along = dotOf(vector, other)
        for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (other[i] as number)
      }
    const length = Math.sqrt(dotOf(vector, vector))
    const scale = length > 1e-13 * before && length > 0 ? 1 / length : 0
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale
  }
}

/** Eigenvalues, largest first, and vectors of a small symmetric matrix. @see Golub and Van Loan, Matrix Computations, 8.5 (Jacobi) */
export function eigen(matrix: readonly Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const n = matrix.length
  const a = matrix.map((row) => row.slice())
  const v = a.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)))
  const at = (m: Float64Array[], i: number, j: number): number => (m[i] as Float64Array)[j] as number
  const put = (m: Float64Array[], i: number, j: number, x: number): void => {
    ;(m[i] as Float64Array)[j] = x
  }
  for (let sweep = 0; sweep < 60; sweep++) {
    let [off, size] = [0, 0]
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        size += at(a, i, j) ** 2
        if (i !== j) off += at(a, i, j) ** 2
      }
    if (off <= 1e-30 * size) break
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const apq = at(a, p, q)
        if (apq === 0) continue
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq)
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = t * c
        for (let i = 0; i < n; i++) {
          const [x, y] = [at(a, i, p), at(a, i, q)]
          put(a, i, p, c * x - s * y)
          put(a, i, q, s * x + c * y)
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [at(a, p, i), at(a, q, i)]
          put(a, p, i, c * x - s * y)
          put(a, q, i, s * x + c * y)
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [at(v, i, p), at(v, i, q)]
          put(v, i, p, c * x - s * y)
          put(v, i, q, s * x + c * y)
        }
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => at(a, j, j) - at(a, i, i))
  return {
    values: order.map((i) => at(a, i, i)),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, j) => at(v, j, i))),
  }
}

/**
 * The directions in which rows differ most.
 * @param rows (N, D); @param count K, at most min(N − 1, D)
 * @param done is told which part is done; `true` stops, and what has been found so far is given
 * @see sklearn.decomposition.PCA; Halko, Martinsson and Tropp 2011, algorithm 4.4, with Rayleigh and Ritz's step
 */
export function principal(
  rows: Float32Array,
  length: number,
  count: number,
  done: (part: number) => boolean = () => false,
): Principal {
  const n = rows.length / length
  const mean = new Float64Array(length)
  for (let i = 0; i < rows.length; i++) mean[i % length] = (mean[i % length] as number) + (rows[i] as number) / n
  const centred = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length }, (_, d) => (rows[i * length + d] as number) - (mean[d] as number)),
  )
  const total = centred.reduce((sum, row) => sum + dotOf(row, row), 0) / (n - 1)
  const width = Math.min(count + spare, n, length)
  let vectors = Array.from({ length: width }, (_, k) => numbers(length * width).subarray(k * length, (k + 1) * length))
  vectors = vectors.map((vector) => vector.slice())
  orthonormal(vectors)
  let values: number[] = []
  for (let round = 0; round < mostRounds; round++) {
    // Xᵀ X V: as much work as N · D · K, and no matrix of D × D.
    const made = vectors.map(() => new Float64Array(length))
    for (const row of centred)
      for (const [k, vector] of vectors.entries()) {
        const along = dotOf(row, vector)
        const into = made[k] as Float64Array
        for (let d = 0; d < length; d++) into[d] = (into[d] as number) + along * (row[d] as number)
      }
    const small = vectors.map((a) => Float64Array.from(made, (b) => dotOf(a, b) / (n - 1)))
    const { values: next, vectors: turned } = eigen(small)
    const turn = (from: readonly Float64Array[]): Float64Array[] =>
      turned.map((weights) => {
        const sum = new Float64Array(length)
        for (const [k, vector] of from.entries())
          for (let d = 0; d < length; d++) sum[d] = (sum[d] as number) + (weights[k] as number) * (vector[d] as number)
        return sum
      })
    const change = Math.max(...next.slice(0, count).map((value, k) => Math.abs(value - (values[k] ?? 0))))
    values = next
    const rest = change <= tolerance * Math.max(next[0] ?? 0, Number.MIN_VALUE)
    vectors = turn(rest ? vectors : made)
    if (rest) break
    orthonormal(vectors)
    // How many rounds there will be nobody knows: each is a part of what is left.
    if (done(1 - 0.9 ** (round + 1))) break
  }
  const components = vectors.slice(0, count).map((vector) => {
    const most = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    return most < 0 ? vector.map((v) => -v) : vector
  })
  return { mean, components, variances: values.slice(0, count), total }
}
