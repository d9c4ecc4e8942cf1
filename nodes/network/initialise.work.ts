import { defineWork } from '../../engine/types/work.ts'
import { type InitialiseInput, initialise } from '../initialise.ts'

export const initialiseWork = defineWork({
  name: 'network/initialise',
  run: (input: InitialiseInput, context): Float32Array =>
    initialise(input, (part) => {
      context.progress(part)
      return context.cancelled
    }),
})
