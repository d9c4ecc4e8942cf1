import { defineWork } from '../../engine/types/work.ts'
import { type FitState, faded, type Refined, type Refining, refined } from '../splat-fit.ts'

interface Given {
  readonly state: FitState
  readonly seen: Float32Array
  readonly refining: Refining
  /** What opacities are cut to; absent: they stay. */
  readonly fade?: number
}

/** Density control of training. */
export const refineWork = defineWork({
  name: 'splat/train',
  run({ state, seen, refining, fade }: Given): Refined {
    const made = refined(state, seen, refining)
    return fade === undefined ? made : { ...made, state: faded(made.state, fade) }
  },
})
