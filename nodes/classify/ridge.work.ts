import { defineWork } from '../../engine/types/work.ts'
import { fitRidge, type RidgeInput } from '../ridge.ts'

/** Weights (C, K) and bias (K). */
export const ridgeWork = defineWork({
  name: 'classify/ridge',
  run: (input: RidgeInput, context) =>
    fitRidge(input, (part) => {
      context.progress(part)
      return context.cancelled
    }),
})
