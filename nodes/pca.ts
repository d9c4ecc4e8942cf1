/** Principal components by Lanczos's method. Plain functions over arrays. */
import { randomFrom } from '../engine/types/random.ts'

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

/** What is left of a component when it counts as found, relative to the largest variance. */
const tolerance = 1e-10
/** Steps between two looks at what has been found. */
const between = 10

const dotOf = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** Takes away what lies along the others, twice, because the first time leaves what was rounded. */
function takeAway(vector: Float64Array, others: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++)
    for (const other of others) {
      const along = dotOf(vector, other)
      for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (other[i] as number)
    }
}

function scaled(vector: Float64Array, by: number): Float64Array {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * by
  return vector
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
 * @see sklearn.decomposition.PCA; Golub and Van Loan, Matrix Computations, 10.3: Lanczos with full reorthogonalisation
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
  /** Xᵀ X v / (N − 1), without a matrix of D × D. */
  const covariance = (vector: Float64Array): Float64Array => {
    const made = new Float64Array(length)
    for (const row of centred) {
      const along = dotOf(row, vector) / (n - 1)
      for (let d = 0; d < length; d++) made[d] = (made[d] as number) + along * (row[d] as number)
    }
    return made
  }
  const most = Math.min(n, length)
  const random = randomFrom(1)
  const basis: Float64Array[] = []
  const [diagonal, beside]: [number[], number[]] = [[], []]
  /** At right angles to all there are; undefined: there is none more. */
  const fresh = (): Float64Array | undefined => {
    const vector = Float64Array.from({ length }, () => 2 * random() - 1)
    takeAway(vector, basis)
    const size = Math.sqrt(dotOf(vector, vector))
    return size > 1e-9 ? scaled(vector, 1 / size) : undefined
  }
  let next = fresh()
  let found = eigen([])
  while (next && basis.length < most) {
    basis.push(next)
    const made = covariance(next)
    diagonal.push(dotOf(made, next))
    takeAway(made, basis)
    const size = Math.sqrt(dotOf(made, made))
    const gone = size <= 1e-13 * (total || 1)
    beside.push(gone ? 0 : size)
    next = gone ? fresh() : scaled(made, 1 / size)
    const steps = basis.length
    const last = steps === most || !next
    if (steps < count || (!last && steps % between > 0)) continue
    found = eigen(
      diagonal.map((value, i) =>
        Float64Array.from({ length: steps }, (_, j) =>
          i === j ? value : Math.abs(i - j) === 1 ? (beside[Math.min(i, j)] ?? 0) : 0,
        ),
      ),
    )
    const left = found.vectors.slice(0, count).map((vector) => Math.abs((vector[steps - 1] ?? 0) * (gone ? 0 : size)))
    // Where the basis fell apart there may be more to come.
    if (!gone && Math.max(...left) <= tolerance * (found.values[0] ?? 0)) break
    // How many steps there will be nobody knows; as a rule about five for each component.
    if (done(1 - Math.exp(-steps / (2 * count + 20)))) break
  }
  const components = Array.from({ length: count }, (_, k) => {
    const vector = new Float64Array(length)
    for (const [j, one] of basis.entries()) {
      const weight = found.vectors[k]?.[j] ?? 0
      for (let d = 0; d < length; d++) vector[d] = (vector[d] as number) + weight * (one[d] as number)
    }
    const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    return largest < 0 ? scaled(vector, -1) : vector
  })
  return {
    mean,
    components,
    variances: Array.from({ length: count }, (_, k) => Math.max(0, found.values[k] ?? 0)),
    total,
  }
}
