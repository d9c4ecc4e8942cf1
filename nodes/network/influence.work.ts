import { influenceOf } from '../../engine/models/training/influence.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'

interface Asked {
  readonly layers: readonly Layer[]
  readonly places: readonly number[]
}

/** A large network takes tens of milliseconds. */
export const influenceWork = defineWork({
  name: 'network/influence',
  run: ({ layers, places }: Asked) => influenceOf(layers, places),
})
