import { onnxOf } from '../../engine/models/onnx.ts'
import { type AdversarialOptions, adversarialOf } from '../../engine/models/training/adversarial.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'

export interface WriteAdversarialInput extends AdversarialOptions {
  readonly generator: readonly Layer[]
  readonly discriminator: readonly Layer[]
}

/** What an adversarial training runs: a step of each network, and the generator by itself, to show what it makes. */
export const writeAdversarial = defineWork({
  name: 'network/train-gan',
  run({ generator, discriminator, ...options }: WriteAdversarialInput) {
    const steps = adversarialOf(generator, discriminator, options)
    const { learned, fixed } = steps.generator
    return { ...steps, shown: onnxOf(generator, { rows: { learned, ...(fixed.length > 0 && { fixed }) } }) }
  },
})
