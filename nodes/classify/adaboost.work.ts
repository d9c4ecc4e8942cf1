import { defineWork } from '../../engine/types/work.ts'
import { type Stump, votes } from '../adaboost.ts'

/** Votes (N, K). */
export const votesWork = defineWork({
  name: 'classify/adaboost',
  run: ({
    stumps,
    rows,
    length,
    classes,
  }: {
    readonly stumps: readonly Stump[]
    readonly rows: Float32Array
    readonly length: number
    readonly classes: number
  }) => votes(stumps, rows, length, classes),
})
