import { defineWork } from '../../engine/types/work.ts'
import { countPairs, type PairCounts } from '../label-counts.ts'

/** Counts the pixels of two label maps by their two numbers. */
export const countLabelPairs = defineWork<
  { readonly truth: ArrayLike<number>; readonly found: ArrayLike<number> },
  PairCounts
>({
  name: 'measure/label-pairs',
  run: ({ truth, found }) => countPairs(truth, found),
})
