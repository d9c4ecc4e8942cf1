import type { Gram } from '../../engine/ops/learn/plain.ts'
import { defineWork } from '../../engine/types/work.ts'
import { principal } from '../pca.ts'

export interface PcaInput {
  /** (N, D), shared. */
  readonly rows: Float32Array
  readonly length: number
  readonly count: number
  /** Of the op `gram`; undefined where there are too many numbers for it. */
  readonly sums: Gram | undefined
}

/** The components, and the rows by them. */
export const pcaWork = defineWork({
  name: 'learn/pca',
  run: ({ rows, length, count, sums }: PcaInput, context) =>
    principal(rows, length, count, sums, (part) => {
      context.progress(part)
      return context.cancelled
    }),
})
