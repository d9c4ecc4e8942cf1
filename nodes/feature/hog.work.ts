import { defineWork } from '../../engine/types/work.ts'
import { type HogParams, type HogSize, hogStars } from '../hog.ts'

export interface HogDrawing {
  readonly vector: Float32Array
  readonly size: HogSize
  readonly params: HogParams
  /** Sides of the drawing for each pixel of the window. */
  readonly zoom: number
}

export const hogWork = defineWork({
  name: 'feature/hog',
  run: ({ vector, size, params, zoom }: HogDrawing) => hogStars(vector, size, params, zoom),
})
