/** Eigenvalues of symmetric tridiagonal matrices. Plain arrays. */

/** Turns until a number beside the diagonal is 0 to the last digit: three are usual. */
const mostTurns = 60

/**
 * Eigenvalues, in no order. Each of `rows` is multiplied by the matrix of the eigenvectors (its columns): of rows of the identity these
 * become the rows of that matrix.
 * @param diagonal (n), becomes the eigenvalues @param beside (n) what is right of the diagonal, the last number 0; it is used up
 * @see EISPACK tql2; Golub and Van Loan, Matrix Computations, 8.3: the implicit QL method
 */
export function tridiagonal(diagonal: Float64Array, beside: Float64Array, rows: readonly Float64Array[]): void {
  const n = diagonal.length
  const d = (i: number): number => diagonal[i] as number
  const e = (i: number): number => beside[i] as number
  for (let l = 0; l < n; l++)
    for (let turn = 0; turn < mostTurns; turn++) {
      let m = l
      while (m < n - 1 && Math.abs(e(m)) > Number.EPSILON * (Math.abs(d(m)) + Math.abs(d(m + 1)))) m++
      if (m === l) break
      const half = (d(l + 1) - d(l)) / (2 * e(l))
      let g = d(m) - d(l) + e(l) / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1))
      let [s, c, p] = [1, 1, 0]
      let i = m - 1
      for (; i >= l; i--) {
        const [f, b] = [s * e(i), c * e(i)]
        const r = Math.hypot(f, g)
        beside[i + 1] = r
        if (r === 0) {
          // The matrix splits into two here.
          diagonal[i + 1] = d(i + 1) - p
          beside[m] = 0
          break
        }
        s = f / r
        c = g / r
        const rest = d(i + 1) - p
        const q = (d(i) - rest) * s + 2 * c * b
        p = s * q
        diagonal[i + 1] = rest + p
        g = c * q - b
        for (const row of rows) {
          const [u, v] = [row[i] as number, row[i + 1] as number]
          row[i + 1] = s * u + c * v
          row[i] = c * u - s * v
        }
      }
      if (i >= l) continue
      diagonal[l] = d(l) - p
      beside[l] = g
      beside[m] = 0
    }
}
