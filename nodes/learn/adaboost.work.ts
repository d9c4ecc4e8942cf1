import { defineWork } from '../../engine/types/work.ts'
import { boosted, type Labelled, type Stump, sortedBy } from '../adaboost.ts'

export interface BoostInput extends Labelled {
  /** (D, N), of an earlier call; shared. Absent: it is made. */
  readonly order: Int32Array | undefined
  /** (N) of the examples that are learned from. */
  readonly weights: Float64Array
  readonly rate: number
  /** How many stumps to add. */
  readonly count: number
}

/** This many more stumps, or fewer if no further one helps. */
export const boost = defineWork({
  name: 'learn/adaboost',
  run: ({ order: known, count, rate, weights: given, ...data }: BoostInput, context) => {
    const sorted = known ?? sortedBy(data)
    // Shared, so that no call after this one copies it.
    const order = known ?? new Int32Array(new SharedArrayBuffer(4 * sorted.length))
    if (!known) order.set(sorted)
    const stumps: Stump[] = []
    let weights = given
    let last = false
    for (let i = 0; i < count && !last && !context.cancelled; i++) {
      const next = boosted(data, order, weights, rate)
      if (!next) {
        last = true
        break
      }
      stumps.push(next.stump)
      weights = next.weights
      last = next.last
    }
    return { stumps, weights, order, last }
  },
})
