import { defineWork } from '../../engine/types/work.ts'
import { type FelzenszwalbParams, felzenszwalb, type Pixels } from '../felzenszwalb.ts'

export const felzenszwalbWork = defineWork({
  name: 'segment/felzenszwalb',
  run: ({ pixels, params }: { readonly pixels: Pixels; readonly params: FelzenszwalbParams }, context) =>
    felzenszwalb(pixels, params, () => context.cancelled),
})
