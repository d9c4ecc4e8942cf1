import type { Plane } from '../../engine/ops/sift/pyramid.ts'
import { defineWork } from '../../engine/types/work.ts'
import { type OrbParams, orb } from '../orb.ts'

export interface OrbInput {
  readonly plane: Plane
  readonly params: OrbParams
}

export const orbWork = defineWork({
  name: 'feature/orb',
  run: ({ plane, params }: OrbInput, context) => orb(plane, params, () => context.cancelled),
})
