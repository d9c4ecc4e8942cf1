import { defineWork } from '../../engine/types/work.ts'
import { type Described, type Pair, pairsOf } from '../pairs.ts'

export interface MatchInput {
  readonly first: Described
  readonly second: Described
  readonly ratio: number
  readonly cross: boolean
  readonly most: number
}

export const matchWork = defineWork({
  name: 'feature/match',
  run: ({ first, second, ...how }: MatchInput, context): readonly Pair[] =>
    pairsOf(first, second, how, (part) => {
      context.progress(part)
      return !context.cancelled
    }),
})
