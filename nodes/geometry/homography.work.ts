import { defineWork } from '../../engine/types/work.ts'
import { type Fit, type Match, type Ransac, ransac } from '../homography.ts'

export interface HomographyInput extends Ransac {
  readonly matches: readonly Match[]
}

export const homographyWork = defineWork({
  name: 'geometry/homography',
  run: ({ matches, ...options }: HomographyInput, context): Fit | undefined =>
    ransac(matches, options, () => context.cancelled),
})
