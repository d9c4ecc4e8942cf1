/** Linear support vector machines by dual coordinate descent in plain arrays: for explanations and for few examples. */
import { randomFrom } from '../../types/random.ts'

export const svmLosses = ['squared', 'hinge'] as const
export type SvmLoss = (typeof svmLosses)[number]

export interface SvmParams {
  /** How much a mistake costs: the larger, the less the weights are held small. */
  readonly c: number
  readonly loss: SvmLoss
  /** Passes over the examples at most. Absent: 5,000. */
  readonly passes?: number
  /** The violation of the optimum at which to stop. Absent: 1e-7. */
  readonly tolerance?: number
}

function swap(list: Int32Array, a: number, b: number): void {
  const one = list[a] as number
  list[a] = list[b] as number
  list[b] = one
}

/** Of the weights and one row of features. Four sums at once: each waits for its own last addition only. */
export function dot(weights: Float64Array, features: Float32Array, start: number): number {
  const { length } = weights
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < length; i += 4) {
    a += (weights[i] as number) * (features[start + i] as number)
    b += (weights[i + 1] as number) * (features[start + i + 1] as number)
    c += (weights[i + 2] as number) * (features[start + i + 2] as number)
    d += (weights[i + 3] as number) * (features[start + i + 3] as number)
  }
  for (; i < length; i++) a += (weights[i] as number) * (features[start + i] as number)
  return a + b + c + d
}

/**
 * Weights (C) and a bias of the hyperplane that separates examples: it minimises ½(|w|² + b²) + c Σ max(0, 1 − y(w·x + b))^p, p = 2
 * for `squared`, 1 for `hinge`. The bias counts as a weight of a feature that is always 1, as in liblinear.
 * @param features (N, C); @param signs 1, −1, or 0 for an example that does not count
 * @see Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008, algorithm 3
 */
export function fitSvm(
  features: Float32Array,
  signs: ArrayLike<number>,
  { c, loss, passes = 5000, tolerance = 1e-7 }: SvmParams,
  stop: () => boolean = () => false,
): { readonly weights: Float64Array; readonly bias: number } {
  const count = signs.length
  const channels = count === 0 ? 0 : features.length / count
  const weights = new Float64Array(channels)
  let bias = 0
  const [diagonal, bound] = loss === 'squared' ? [1 / (2 * c), Number.POSITIVE_INFINITY] : [0, c]
  const alphas = new Float64Array(count)
  const used = Int32Array.from({ length: count }, (_, n) => n).filter((n) => signs[n] !== 0)
  const norms = new Float64Array(count)
  for (const n of used) {
    let sum = 1
    for (let i = 0; i < channels; i++) sum += (features[n * channels + i] as number) ** 2
    norms[n] = sum + diagonal
  }
  const random = randomFrom(0)
  // Examples whose alpha has come to rest at a bound are left out of a pass, until the rest is done.
  let [left, above, below] = [used.length, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let pass = 0; pass < passes && !stop(); pass++) {
    let [most, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    // In another order each time, or neighbours undo what each other did.
    for (let at = 0; at < left; at++) swap(used, at, at + Math.floor(random() * (left - at)))
    for (let at = 0; at < left; at++) {
      const n = used[at] as number
      const sign = signs[n] as number
      const start = n * channels
      const sum = bias + dot(weights, features, start)
      const alpha = alphas[n] as number
      const gradient = sign * sum - 1 + diagonal * alpha
      if ((alpha === 0 && gradient > above) || (alpha === bound && gradient < below)) {
        swap(used, at--, --left)
        continue
      }
      const projected = alpha === 0 ? Math.min(gradient, 0) : alpha === bound ? Math.max(gradient, 0) : gradient
      most = Math.max(most, projected)
      least = Math.min(least, projected)
      if (Math.abs(projected) < 1e-12) continue
      const next = Math.min(Math.max(alpha - gradient / (norms[n] as number), 0), bound)
      alphas[n] = next
      const step = (next - alpha) * sign
      for (let i = 0; i < channels; i++) weights[i] = (weights[i] as number) + step * (features[start + i] as number)
      bias += step
    }
    if (left === 0 || most - least < tolerance) {
      if (left === used.length) break
      ;[left, above, below] = [used.length, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    } else {
      above = most > 0 ? most : Number.POSITIVE_INFINITY
      below = least < 0 ? least : Number.NEGATIVE_INFINITY
    }
  }
  return { weights, bias }
}
