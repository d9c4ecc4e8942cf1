import { defineWork } from '../../engine/types/work.ts'
import { type FloodParams, type FloodPixels, floodFill } from '../flood-fill.ts'

export const floodFillWork = defineWork({
  name: 'segment/flood-fill',
  run: ({ pixels, params }: { readonly pixels: FloodPixels; readonly params: FloodParams }, context) =>
    floodFill(pixels, params, () => context.cancelled),
})
