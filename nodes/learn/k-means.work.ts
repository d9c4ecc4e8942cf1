import { defineWork } from '../../engine/types/work.ts'
import { assign, firstCentres, type Groups, moved } from '../k-means.ts'

export interface KMeansInput {
  readonly rows: Float32Array
  readonly length: number
  readonly count: number
  readonly seed: number
  /** Of an earlier call; absent: the first ones. */
  readonly centres: Float64Array | undefined
  /** How many rounds at most. */
  readonly rounds: number
}

/** This many rounds, or fewer if nothing moves any more (`last`). */
export const kMeansRounds = defineWork({
  name: 'learn/k-means',
  run: ({ rows, length, count, seed, centres, rounds }: KMeansInput, context) => {
    let groups: Groups = assign(rows, length, centres ?? firstCentres(rows, length, count, seed))
    for (let round = 0; round < rounds && !context.cancelled; round++) {
      const next = assign(rows, length, moved(rows, length, groups))
      const same = next.assigned.every((k, i) => k === groups.assigned[i])
      groups = next
      if (same) return { ...groups, rounds: round + 1, last: true }
    }
    return { ...groups, rounds, last: false }
  },
})
