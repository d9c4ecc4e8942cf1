/** Principal components by Lanczos's method. Plain functions over arrays. */
import type { Gram } from '../engine/ops/learn/plain.ts'
import { randomFrom } from '../engine/types/random.ts'
import { tridiagonal } from './tridiagonal.ts'

export interface Principal {
  /** (D) of all rows. */
  readonly mean: Float64Array
  /** (K, D), of length 1, at right angles to each other, the largest variance first; the largest number of each is positive. */
  readonly components: readonly Float64Array[]
  /** (K) along each, divided by N − 1. */
  readonly variances: readonly number[]
  /** Of all features together. */
  readonly total: number
  /** (N, K): the rows by their components, less the mean's. */
  readonly projected: Float32Array
}

/** What is left of an eigenvector when it counts as found, relative to the largest eigenvalue. */
const tolerance = 1e-10
/** Steps between two looks at what has been found. */
const between = 10

export function dotOf(a: Float64Array, b: ArrayLike<number>, start = 0): number {
  let sum = 0
  for (let i = 0, j = start; i < a.length; i++, j++) sum += (a[i] as number) * (b[j] as number)
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

/** Four sums at a time, of rows that lie behind each other. */
function timesMatrix(matrix: Float64Array, vector: Float64Array): Float64Array {
  const m = vector.length
  const made = new Float64Array(m)
  let i = 0
  for (; i + 4 <= m; i += 4) {
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const v = vector[j] as number
      a += v * (matrix[at] as number)
      b += v * (matrix[at + m] as number)
      c += v * (matrix[at + 2 * m] as number)
      d += v * (matrix[at + 3 * m] as number)
    }
    made[i] = a
    made[i + 1] = b
    made[i + 2] = c
    made[i + 3] = d
  }
  for (; i < m; i++) made[i] = dotOf(vector, matrix, i * m)
  return made
}

/** Eigenvalues of the tridiagonal matrix of the steps so far, largest first, and what `rows` become in the basis of its eigenvectors. */
function ritz(diagonal: readonly number[], beside: readonly number[], rows: readonly Float64Array[]) {
  const values = Float64Array.from(diagonal)
  tridiagonal(
    values,
    Float64Array.from(diagonal, (_, i) => (i + 1 < diagonal.length ? (beside[i] ?? 0) : 0)),
    rows,
  )
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0))
  return { values: order.map((i) => values[i] ?? 0), order }
}

/**
 * The largest eigenvalues of a symmetric matrix without negative ones, and their vectors.
 * @param times the matrix times a vector of `size` numbers @param trace the sum of all eigenvalues
 * @param done is told which part is done; `true` stops, and what has been found so far is given
 * @see Golub and Van Loan, Matrix Computations, 10.3: Lanczos with full reorthogonalisation
 */
function largest(
  times: (vector: Float64Array) => Float64Array,
  size: number,
  count: number,
  trace: number,
  done: (part: number) => boolean,
): { readonly values: readonly number[]; readonly vectors: readonly Float64Array[] } {
  const random = randomFrom(1)
  const basis: Float64Array[] = []
  const [diagonal, beside]: [number[], number[]] = [[], []]
  /** At right angles to all there are; undefined: there is none more. */
  const fresh = (): Float64Array | undefined => {
    const vector = Float64Array.from({ length: size }, () => 2 * random() - 1)
    takeAway(vector, basis)
    const length = Math.sqrt(dotOf(vector, vector))
    return length > 1e-9 ? scaled(vector, 1 / length) : undefined
  }
  let next = fresh()
  while (next && basis.length < size) {
    basis.push(next)
    const made = times(next)
    diagonal.push(dotOf(made, next))
    takeAway(made, basis)
    const length = Math.sqrt(dotOf(made, made))
    const gone = length <= 1e-13 * (trace || 1)
    beside.push(gone ? 0 : length)
    next = gone ? fresh() : scaled(made, 1 / length)
    const steps = basis.length
    const end = steps === size || !next
    if (end || steps < count || steps % between > 0) continue
    // What the last step has of an eigenvector is how far it is from being one.
    const last = Float64Array.from({ length: steps }, (_, i) => (i === steps - 1 ? 1 : 0))
    const { values, order } = ritz(diagonal, beside, [last])
    const left = order.slice(0, count).map((i) => Math.abs((last[i] ?? 0) * (gone ? 0 : length)))
    // Where the basis fell apart there may be more to come.
    if (!gone && Math.max(...left) <= tolerance * (values[0] ?? 0)) break
    // How many steps there will be nobody knows; as a rule about five for each component.
    if (done(1 - Math.exp(-steps / (2 * count + 20)))) break
  }
  const rows = basis.map((_, i) => Float64Array.from(basis, (_, j) => (i === j ? 1 : 0)))
  const { values, order } = ritz(diagonal, beside, rows)
  const vectors = Array.from({ length: count }, (_, k) => {
    const vector = new Float64Array(size)
    for (const [j, one] of basis.entries()) {
      const weight = rows[j]?.[order[k] ?? 0] ?? 0
      for (let i = 0; i < size; i++) vector[i] = (vector[i] as number) + weight * (one[i] as number)
    }
    return vector
  })
  return { values: Array.from({ length: count }, (_, k) => Math.max(0, values[k] ?? 0)), vectors }
}

function meansOf(rows: Float32Array, d: number): Float64Array {
  const means = new Float64Array(d)
  for (let at = 0; at < rows.length; )
    for (let j = 0; j < d; j++, at++) means[j] = (means[j] as number) + (rows[at] as number)
  return scaled(means, d / rows.length)
}

/** The sum of the squares of rows less the mean. */
function squaresOf(rows: Float32Array, mean: Float64Array): number {
  let total = 0
  for (let at = 0; at < rows.length; )
    for (let j = 0; j < mean.length; j++, at++) total += ((rows[at] as number) - (mean[j] as number)) ** 2
  return total
}

/** Xᵀ v of rows less the mean, of up to four vectors at a time: each row is read once for them. */
function acrossRows(rows: Float32Array, mean: Float64Array, vectors: readonly Float64Array[]): Float64Array[] {
  const d = mean.length
  const made: Float64Array[] = []
  for (let first = 0; first < vectors.length; first += 4) {
    const four = vectors.slice(first, first + 4)
    const [a, b, c, e] = Array.from({ length: 4 }, () => new Float64Array(d)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (let i = 0, at = 0; i < rows.length / d; i++) {
      const [p, q, r, t] = [four[0]?.[i] ?? 0, four[1]?.[i] ?? 0, four[2]?.[i] ?? 0, four[3]?.[i] ?? 0]
      for (let j = 0; j < d; j++, at++) {
        const v = (rows[at] as number) - (mean[j] as number)
        a[j] = (a[j] as number) + p * v
        b[j] = (b[j] as number) + q * v
        c[j] = (c[j] as number) + r * v
        e[j] = (e[j] as number) + t * v
      }
    }
    made.push(...[a, b, c, e].slice(0, four.length))
  }
  return made
}

/** X v of rows less the mean. */
function alongRows(rows: Float32Array, mean: Float64Array, vector: Float64Array): Float64Array {
  const shift = dotOf(vector, mean)
  return Float64Array.from(
    { length: rows.length / mean.length },
    (_, i) => dotOf(vector, rows, i * mean.length) - shift,
  )
}

/**
 * The directions in which rows differ most.
 * @param rows (N, D); @param count K, at most min(N − 1, D)
 * @param sums of the op `gram`; undefined where there are too many numbers for it
 * @param done is told which part is done; `true` stops, and what has been found so far is given
 * @see sklearn.decomposition.PCA
 */
export function principal(
  rows: Float32Array,
  d: number,
  count: number,
  sums: Gram | undefined,
  done: (part: number) => boolean,
): Principal {
  const n = rows.length / d
  const mean = sums?.means ?? meansOf(rows, d)
  const total = sums?.total ?? squaresOf(rows, mean)
  const times = sums
    ? (vector: Float64Array) => timesMatrix(sums.products, vector)
    : (vector: Float64Array) => acrossRows(rows, mean, [alongRows(rows, mean, vector)])[0] as Float64Array
  const ofRows = sums !== undefined && n <= d
  const found = largest(times, ofRows ? n : d, count, total, done)
  const given = ofRows ? acrossRows(rows, mean, found.vectors) : found.vectors
  const projected = new Float32Array(n * count)
  const components = given.map((vector, k) => {
    const length = Math.sqrt(dotOf(vector, vector))
    const most = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    const by = length > 0 ? (most < 0 ? -1 : 1) / length : 1
    const component = vector.map((v) => v * by)
    // X Xᵀ u is there already: it is X times the component, but for its length.
    const along = ofRows ? scaled(times(found.vectors[k] as Float64Array), by) : alongRows(rows, mean, component)
    for (const [i, v] of along.entries()) projected[i * count + k] = v
    return component
  })
  const variances = found.values.map((value) => value / (n - 1))
  return { mean, components, variances, total: total / (n - 1), projected }
}
