import { onnxOf } from '../../engine/models/onnx.ts'
import { type TrainingOptions, trainingOf } from '../../engine/models/training/training.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'

export interface WriteTrainingInput extends TrainingOptions {
  readonly layers: readonly Layer[]
}

/** What a training runs: its steps, and the network by itself with the same weights as inputs, to test it. */
export const writeTraining = defineWork({
  name: 'network/train',
  run({ layers, ...options }: WriteTrainingInput) {
    const training = trainingOf(layers, options)
    const { learned, fixed } = training
    return { training, test: onnxOf(layers, { rows: { learned, ...(fixed.length > 0 && { fixed }) } }) }
  },
})
