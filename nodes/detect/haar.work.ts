import type { Gray } from '../../engine/ops/orb/bytes.ts'
import { defineWork } from '../../engine/types/work.ts'
import { type CascadeParams, detect, parseCascade } from '../cascade.ts'

export interface HaarInput {
  readonly text: string
  readonly path: string
  readonly picture: Gray
  readonly params: CascadeParams
}

export const haarWork = defineWork({
  name: 'detect/haar',
  run: ({ text, path, picture, params }: HaarInput, context) =>
    detect(parseCascade(text, path), picture, params, () => context.cancelled, context.progress),
})
