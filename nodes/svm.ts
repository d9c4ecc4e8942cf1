/** Linear support vector machines, one against the rest, by dual coordinate descent. Plain functions over arrays. */

export const svmLosses = ['squared', 'hinge'] as const
export type SvmLoss = (typeof svmLosses)[number]

export interface SvmParams {
  /** How much a mistake costs: the larger, the less the weights are held small. */
  readonly c: number
  readonly loss: SvmLoss
}

/** Passes over the examples at most, and the violation of the optimum at which to stop. */
const passes = 5000
const tolerance = 1e-7

/**
 * Weights (C) and a bias of the hyperplane that separates examples: it minimises ½(|w|² + b²) + c Σ max(0, 1 − y(w·x + b))^p, p = 2
 * for `squared`, 1 for `hinge`. The bias counts as a weight of a feature that is always 1, as in liblinear.
 * @param features (N, C); @param signs 1, −1, or 0 for an example that does not count
 * @see Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008, algorithm 1
 */
export function fitSvm(
  features: Float32Array,
  signs: ArrayLike<number>,
  { c, loss }: SvmParams,
  stop: () => boolean = () => false,
): { readonly weights: Float64Array; readonly bias: number } {
  const count = signs.length
  const channels = count === 0 ? 0 : features.length / count
  const weights = new Float64Array(channels)
  let bias = 0
  const [diagonal, most] = loss === 'squared' ? [1 / (2 * c), Number.POSITIVE_INFINITY] : [0, c]
  const alphas = new Float64Array(count)
  const used = Array.from({ length: count }, (_, n) => n).filter((n) => signs[n] !== 0)
  const norms = new Float64Array(count)
  for (const n of used) {
    let sum = 1
    for (let i = 0; i < channels; i++) sum += (features[n * channels + i] ?? 0) ** 2
    norms[n] = sum + diagonal
  }
  for (let pass = 0; pass < passes; pass++) {
    let violation = 0
    for (const n of used) {
      const sign = signs[n] ?? 0
      const start = n * channels
      let sum = bias
      for (let i = 0; i < channels; i++) sum += (weights[i] ?? 0) * (features[start + i] ?? 0)
      const alpha = alphas[n] ?? 0
      const gradient = sign * sum - 1 + diagonal * alpha
      const projected = alpha === 0 ? Math.min(gradient, 0) : alpha === most ? Math.max(gradient, 0) : gradient
      violation = Math.max(violation, Math.abs(projected))
      if (projected === 0) continue
      const next = Math.min(Math.max(alpha - gradient / (norms[n] ?? 1), 0), most)
      alphas[n] = next
      const step = (next - alpha) * sign
      for (let i = 0; i < channels; i++) weights[i] = (weights[i] ?? 0) + step * (features[start + i] ?? 0)
      bias += step
    }
    if (violation < tolerance || stop()) break
  }
  return { weights, bias }
}
