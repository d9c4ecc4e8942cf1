import { defineWork } from '../../engine/types/work.ts'
import { type DenseInput, dense } from '../dense.ts'

export const denseWork = defineWork({
  name: 'network/dense',
  run: (input: DenseInput, context): Float32Array =>
    dense(input, (part) => {
      context.progress(part)
      return context.cancelled
    }),
})
