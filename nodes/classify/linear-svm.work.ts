import { fitSvm, type SvmParams } from '../../engine/ops/learn/svm-plain.ts'
import { defineWork } from '../../engine/types/work.ts'

export interface SvmInput extends SvmParams {
  /** (N, C) */
  readonly features: Float32Array
  /** The class of each example; −1: it does not count. */
  readonly classes: readonly number[]
  /** The classes that are told from all others. */
  readonly wanted: readonly number[]
}

/** Weights (C, K) and bias (K). */
export const svmWork = defineWork({
  name: 'classify/linear-svm',
  run: ({ features, classes, wanted, ...params }: SvmInput, context) => {
    const channels = features.length / classes.length
    const weights = new Float32Array(channels * wanted.length)
    const bias = new Float32Array(wanted.length)
    for (const [k, id] of wanted.entries()) {
      const signs = classes.map((one) => (one < 0 ? 0 : one === id ? 1 : -1))
      const made = fitSvm(features, signs, params, () => context.cancelled)
      for (let i = 0; i < channels; i++) weights[i * wanted.length + k] = made.weights[i] ?? 0
      bias[k] = made.bias
      context.progress((k + 1) / wanted.length)
    }
    return { weights, bias }
  },
})
