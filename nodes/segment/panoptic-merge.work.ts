import { defineWork } from '../../engine/types/work.ts'
import { type PanopticParams, type PanopticStep, panopticSteps } from '../panoptic.ts'
import { maskIn, type SmallMasks } from '../paste-masks.ts'

export interface MergeInput extends SmallMasks {
  readonly scores: Float32Array
  readonly labels: Int32Array
  /** Numbers of the label map that are stuff. */
  readonly stuff: readonly number[]
  /** From this probability on, a pixel belongs to an instance. */
  readonly threshold: number
  readonly width: number
  readonly height: number
  readonly params: PanopticParams
}

export interface Merged {
  readonly segments: Int32Array
  readonly steps: readonly PanopticStep[]
}

/** The steps one by one; `segments` is filled meanwhile. */
export function mergeSteps(input: MergeInput, segments: Int32Array) {
  const { scores, labels, stuff, threshold, width, height, params } = input
  const known = new Set(stuff)
  const masks = (index: number): Uint8Array => maskIn(input, index, { width, height }, threshold)
  return panopticSteps(segments, { scores, masks, labels, isStuff: (id) => known.has(id) }, params)
}

export const mergeWork = defineWork({
  name: 'segment/panoptic-merge',
  run: (input: MergeInput, context): Merged => {
    const segments = new Int32Array(input.width * input.height)
    const steps: PanopticStep[] = []
    for (const step of mergeSteps(input, segments)) {
      steps.push(step)
      if (context.cancelled) break
      context.progress(steps.length / (input.scores.length + input.stuff.length))
    }
    return { segments, steps }
  },
})
