import { defineWork } from '../../engine/types/work.ts'
import { pasteLabels, type SmallMasks } from '../paste-masks.ts'

export interface PasteInput extends SmallMasks {
  readonly scores: Float32Array
  readonly threshold: number
  readonly width: number
  readonly height: number
}

export const pasteWork = defineWork({
  name: 'segment/paste-masks',
  run: ({ scores, threshold, width, height, ...given }: PasteInput, context): Int32Array =>
    pasteLabels(given, { scores, threshold, size: { width, height }, cancelled: () => context.cancelled }),
})
