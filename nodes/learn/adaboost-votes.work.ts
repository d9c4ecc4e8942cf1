import { defineWork } from '../../engine/types/work.ts'
import { answerOf, type Stump } from '../adaboost.ts'

export interface VotesInput {
  /** (N, D), shared. */
  readonly rows: Float32Array
  readonly length: number
  /** How many of the first examples are learned from. */
  readonly learned: number
  /** (N) */
  readonly right: Int32Array
  readonly classes: number
  /** Those that vote now. */
  readonly stumps: readonly Stump[]
  /** What the stumps before them came to; absent: there are none. */
  readonly before: Votes | undefined
}

export interface Votes {
  /** (N, K) The weights of the stumps that vote for each class. */
  readonly sums: Float64Array
  /** (N) The class with the most, the first of equal ones. */
  readonly found: Int32Array
  /** The part that is wrong after each stump: of what was learned from, and of the test. */
  readonly errors: { readonly learned: readonly number[]; readonly test: readonly number[] }
}

/** The votes of more stumps, added to those before. */
export const votesWork = defineWork({
  name: 'learn/adaboost-votes',
  run: ({ rows, length, learned, right, classes, stumps, before }: VotesInput, context): Votes => {
    const count = right.length
    const sums = before?.sums ?? new Float64Array(count * classes)
    const found = before?.found ?? new Int32Array(count)
    const errors = { learned: [...(before?.errors.learned ?? [])], test: [...(before?.errors.test ?? [])] }
    for (const stump of stumps) {
      if (context.cancelled) break
      let [wrong, wrongInTest] = [0, 0]
      for (let n = 0; n < count; n++) {
        const first = n * classes
        const at = first + answerOf(stump, rows, n * length)
        sums[at] = (sums[at] as number) + stump.alpha
        let best = 0
        for (let k = 1; k < classes; k++) if ((sums[first + k] as number) > (sums[first + best] as number)) best = k
        found[n] = best
        if (best === right[n]) continue
        if (n < learned) wrong++
        else wrongInTest++
      }
      errors.learned.push(wrong / learned)
      errors.test.push(wrongInTest / (count - learned))
    }
    return { sums, found, errors }
  },
})
