import { defineWork } from '../../../engine/types/work.ts'

export const exrWork = defineWork({
  name: 'files/exr',
  run: async (bytes: Uint8Array) => (await import('./exr-pixels.ts')).exrPixels(bytes),
})
