import { type AugmentedBatch, augmented, type Batch, type Chance } from '../../engine/models/augmentation/batch.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { AugmentationStep } from '../../engine/values/augmentation.ts'
import type { Prepared } from '../../engine/values/prepared.ts'
import { randomOf } from '../random.ts'

export interface AugmentBatchInput {
  readonly batch: Batch
  readonly steps: readonly AugmentationStep[]
  readonly chance: Omit<Chance, 'randomOf'>
  readonly prepared?: Prepared
}

/** A batch as it looks in one epoch. */
export const augmentBatch = defineWork({
  name: 'augment/batch',
  run: ({ batch, steps, chance, prepared }: AugmentBatchInput): AugmentedBatch =>
    augmented(batch, steps, { ...chance, randomOf }, prepared),
})
