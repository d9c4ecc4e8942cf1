import { defineWork } from '../../engine/types/work.ts'
import { dot, fitSvm, type SvmParams } from '../svm.ts'

export interface OneClassInput extends SvmParams {
  /** (N, D), shared. */
  readonly features: Float32Array
  /** The right answer of each example; −1: it is not learned from. */
  readonly targets: Int32Array
  /** What is told from all others. */
  readonly id: number
}

/** Weights (D) and bias of one class, and the score (N) of every example. */
export const oneClass = defineWork({
  name: 'learn/linear-svm',
  run: ({ features, targets, id, ...params }: OneClassInput, context) => {
    const length = features.length / targets.length
    const signs = Int8Array.from(targets, (one) => (one < 0 ? 0 : one === id ? 1 : -1))
    const { weights, bias } = fitSvm(features, signs, params, () => context.cancelled)
    const scores = Float64Array.from(targets, (_, n) => bias + dot(weights, features, n * length))
    return { weights, bias, scores }
  },
})
