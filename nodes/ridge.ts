/** Linear regression that holds its weights small. Plain functions over arrays. */

/** In place, the lower triangle of a symmetric matrix that is positive definite: L of A = L·Lᵀ. */
function cholesky(a: Float64Array, n: number, done: (part: number) => boolean): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0)
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / (a[j * n + j] ?? 1)
    }
    if (done((i + 1) / n)) return
  }
}

/** x of L·Lᵀ·x = b, in place. */
function solve(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] ?? 0) * (b[k] ?? 0)
    b[i] = sum / (l[i * n + i] ?? 1)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] ?? 0
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] ?? 0) * (b[k] ?? 0)
    b[i] = sum / (l[i * n + i] ?? 1)
  }
}

/** Without the mean of each column; the means. */
function centred(rows: ArrayLike<number>, count: number, columns: number) {
  const means = new Float64Array(columns)
  for (let i = 0; i < count * columns; i++) means[i % columns] = (means[i % columns] ?? 0) + (rows[i] ?? 0) / count
  const out = new Float64Array(count * columns)
  for (let i = 0; i < count * columns; i++) out[i] = (rows[i] ?? 0) - (means[i % columns] ?? 0)
  return { rows: out, means }
}

export interface RidgeInput {
  /** (N, C) */
  readonly features: Float32Array
  /** (N, K) */
  readonly targets: Float32Array
  readonly count: number
  /** How much large weights cost. Above 0. */
  readonly alpha: number
}

/**
 * Weights (C, K) and bias (K) that minimise |X·W + b − Y|² + alpha·|W|²; the bias costs nothing. `error`: the mean of |X·W + b − Y|. Where there are fewer examples than
 * features, the same is found from the products of the examples: a system of N unknowns instead of C.
 * @param done is told which part is done; `true` stops
 */
export function fitRidge(
  { features, targets, count, alpha }: RidgeInput,
  done: (part: number) => boolean = () => false,
): { readonly weights: Float32Array; readonly bias: Float32Array; readonly error: number } {
  const [channels, outputs] = [features.length / count, targets.length / count]
  const x = centred(features, count, channels)
  const y = centred(targets, count, outputs)
  const dual = count < channels
  const n = dual ? count : channels
  // X·Xᵀ or Xᵀ·X, with alpha on the diagonal.
  const products = new Float64Array(n * n)
  if (dual)
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = i === j ? alpha : 0
        for (let c = 0; c < channels; c++) sum += (x.rows[i * channels + c] ?? 0) * (x.rows[j * channels + c] ?? 0)
        products[i * n + j] = sum
      }
  else
    for (let i = 0; i < n; i++) {
      for (let r = 0; r < count; r++) {
        const value = x.rows[r * channels + i] ?? 0
        for (let j = 0; j <= i; j++)
          products[i * n + j] = (products[i * n + j] ?? 0) + value * (x.rows[r * channels + j] ?? 0)
      }
      products[i * n + i] = (products[i * n + i] ?? 0) + alpha
      if (done((0.5 * (i + 1)) / n)) break
    }
  cholesky(products, n, (part) => done(0.5 + part / 2))
  const weights = new Float32Array(channels * outputs)
  const bias = new Float32Array(outputs)
  for (let k = 0; k < outputs; k++) {
    const b = new Float64Array(n)
    if (dual) for (let i = 0; i < n; i++) b[i] = y.rows[i * outputs + k] ?? 0
    else
      for (let r = 0; r < count; r++)
        for (let c = 0; c < n; c++)
          b[c] = (b[c] ?? 0) + (x.rows[r * channels + c] ?? 0) * (y.rows[r * outputs + k] ?? 0)
    solve(products, b, n)
    let shift = y.means[k] ?? 0
    for (let c = 0; c < channels; c++) {
      let weight = dual ? 0 : (b[c] ?? 0)
      if (dual) for (let r = 0; r < count; r++) weight += (b[r] ?? 0) * (x.rows[r * channels + c] ?? 0)
      weights[c * outputs + k] = weight
      shift -= weight * (x.means[c] ?? 0)
    }
    bias[k] = shift
  }
  let off = 0
  for (let r = 0; r < count; r++)
    for (let k = 0; k < outputs; k++) {
      let guess = bias[k] ?? 0
      for (let c = 0; c < channels; c++) guess += (features[r * channels + c] ?? 0) * (weights[c * outputs + k] ?? 0)
      off += Math.abs(guess - (targets[r * outputs + k] ?? 0))
    }
  return { weights, bias, error: off / (count * outputs) }
}
