/** Eigenvectors of small symmetric matrices. Plain arrays. */

/** Turns until every number beside the diagonal is 0 to the last digits: a dozen rounds are always enough. */
const mostRounds = 60

/**
 * The eigenvector of the smallest eigenvalue of a symmetric n × n matrix, row by row; its length is 1, its sign is open.
 * @see Golub and Van Loan, Matrix Computations, 8.5: the cyclic Jacobi method
 */
export function smallestEigenvector(matrix: readonly number[], n: number): readonly number[] {
  const a = Float64Array.from(matrix)
  const vectors = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
  const at = (row: number, column: number): number => a[row * n + column] ?? 0
  const whole = a.reduce((sum, v) => sum + v * v, 0)
  for (let round = 0; round < mostRounds; round++) {
    let beside = 0
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) beside += at(p, q) ** 2
    if (!(beside > 1e-32 * whole)) break
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (at(p, q) === 0) continue
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q))
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
        const c = 1 / Math.hypot(t, 1)
        turn(a, n, { p, q, c, s: t * c })
        turnColumns(vectors, n, { p, q, c, s: t * c })
      }
  }
  let best = 0
  for (let k = 1; k < n; k++) if (at(k, k) < at(best, best)) best = k
  return Array.from({ length: n }, (_, row) => vectors[row * n + best] ?? 0)
}

interface Turn {
  readonly p: number
  readonly q: number
  readonly c: number
  readonly s: number
}

function turnColumns(m: Float64Array, n: number, { p, q, c, s }: Turn): void {
  for (let row = 0; row < n; row++) {
    const [x = 0, y = 0] = [m[row * n + p], m[row * n + q]]
    m[row * n + p] = c * x - s * y
    m[row * n + q] = s * x + c * y
  }
}

/** Both sides of a symmetric matrix. */
function turn(m: Float64Array, n: number, by: Turn): void {
  turnColumns(m, n, by)
  const { p, q, c, s } = by
  for (let column = 0; column < n; column++) {
    const [x = 0, y = 0] = [m[p * n + column], m[q * n + column]]
    m[p * n + column] = c * x - s * y
    m[q * n + column] = s * x + c * y
  }
}
