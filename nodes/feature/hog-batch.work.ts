import { defineWork } from '../../engine/types/work.ts'
import { type HogParams, hog, hogLength } from '../hog.ts'

export interface HogBatchInput {
  /** (N, C, H, W) */
  readonly batch: Float32Array
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly params: HogParams
}

/** (N, D) */
export const hogBatchWork = defineWork({
  name: 'feature/hog-batch',
  run: ({ batch, channels, height, width, params }: HogBatchInput, context) => {
    const pixels = height * width
    const count = batch.length / (pixels * channels)
    const length = hogLength(width, height, params)
    const vectors = new Float32Array(count * length)
    const numbers = new Float32Array(pixels * channels)
    for (let n = 0; n < count && !context.cancelled; n++) {
      const from = n * pixels * channels
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < pixels; i++) numbers[i * channels + c] = batch[from + c * pixels + i] as number
      vectors.set(hog({ width, height, channels, numbers }, params), n * length)
      if (n % 64 === 0) context.progress(n / count)
    }
    return vectors
  },
})
