/** Eigenvectors of small symmetric matrices by Jacobi's method. Plain arrays. */

/** Eigenvalues, largest first, and their vectors. @see Golub and Van Loan, Matrix Computations, 8.5: the cyclic Jacobi method */
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

/** The eigenvector of the smallest eigenvalue of a symmetric n × n matrix, row by row; its length is 1, its sign is open. */
export function smallestEigenvector(matrix: readonly number[], n: number): readonly number[] {
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from(matrix.slice(i * n, (i + 1) * n)))
  return Array.from(eigen(rows).vectors.at(-1) ?? [])
}
