import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { proceduralScene, type SceneKind } from '../splat-made.ts'

export const proceduralWork = defineWork({
  name: 'splat/procedural',
  run: ({
    kind,
    count,
    seed,
  }: {
    readonly kind: SceneKind
    readonly count: number
    readonly seed: number
  }): SplatScene => proceduralScene(kind, count, seed),
})
