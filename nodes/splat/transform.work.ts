import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { type Placing, placed } from '../splat-scenes.ts'

export const transformWork = defineWork({
  name: 'splat/transform',
  run: ({ scene, placing }: { readonly scene: SplatScene; readonly placing: Placing }) => placed(scene, placing),
})
