import { defineWork } from '../../engine/types/work.ts'
import { affinitiesOf, beginning, moved, type Plane } from '../t-sne.ts'

export interface TsneInput {
  readonly rows: Float32Array
  readonly length: number
  readonly perplexity: number
  /** Of an earlier call; absent: they are made first. */
  readonly affinities: Float64Array | undefined
  readonly plane: Plane | undefined
  /** How many steps at most. */
  readonly steps: number
}

export interface TsneMade {
  readonly affinities: Float64Array
  readonly plane: Plane
}

export const tsneSteps = defineWork({
  name: 'learn/tsne',
  run({ rows, length, perplexity, affinities, plane, steps }: TsneInput, context): TsneMade {
    const pairs = affinities ?? affinitiesOf(rows, length, perplexity)
    let made = plane ?? beginning(rows, length)
    for (let step = 0; step < steps && !context.cancelled; step++) made = moved(pairs, made, step === steps - 1)
    return { affinities: pairs, plane: made }
  },
})
