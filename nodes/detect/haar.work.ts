import type { FlatCascade } from '../../engine/ops/cascade/plain.ts'
import { defineWork } from '../../engine/types/work.ts'
import { flattened, parseCascade } from '../cascade.ts'

export interface CascadeText {
  readonly text: string
  readonly path: string
}

/** A cascade from its XML. */
export const haarWork = defineWork({
  name: 'detect/haar',
  run: ({ text, path }: CascadeText): FlatCascade => flattened(parseCascade(text, path)),
})
