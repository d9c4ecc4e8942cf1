import { defineWork } from '../../engine/types/work.ts'
import type { HogParams } from '../hog.ts'
import { type HogScan, hogDetect } from '../hog-detect.ts'

export interface HogSvmInput {
  readonly picture: {
    readonly width: number
    readonly height: number
    readonly channels: number
    readonly pixels: Uint8Array
  }
  readonly model: { readonly weights: Float32Array; readonly bias: number }
  readonly scan: HogScan
  readonly params: HogParams
}

export const hogSvmWork = defineWork({
  name: 'detect/hog-svm',
  run: ({ picture, model, scan, params }: HogSvmInput, context) =>
    hogDetect(picture, model, scan, params, () => context.cancelled, context.progress),
})
