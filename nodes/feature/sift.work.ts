import { defineWork } from '../../engine/types/work.ts'
import type { Plane } from '../pyramid.ts'
import { type SiftParams, sift } from '../sift.ts'

export interface SiftInput {
  readonly plane: Plane
  readonly params: SiftParams
}

export const siftWork = defineWork({
  name: 'feature/sift',
  run: ({ plane, params }: SiftInput, context) => sift(plane, params, () => context.cancelled),
})
