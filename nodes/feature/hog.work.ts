import { defineWork } from '../../engine/types/work.ts'
import { type HogParams, type HogPicture, hog, hogSize, hogStars } from '../hog.ts'

export interface HogInput {
  readonly picture: HogPicture
  readonly params: HogParams
  /** Of the drawing; absent: none is made. */
  readonly zoom?: number
}

export const hogWork = defineWork({
  name: 'feature/hog',
  run: ({ picture, params, zoom }: HogInput, context) => {
    const vector = hog(picture, params, () => context.cancelled)
    const size = hogSize(picture.width, picture.height, params)
    return { vector, stars: zoom === undefined ? undefined : hogStars(vector, size, params, zoom) }
  },
})
