import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { type Rule, select } from '../splat-scenes.ts'

export const selectWork = defineWork({
  name: 'splat/select',
  run: ({ scene, rule }: { readonly scene: SplatScene; readonly rule: Rule }) => select(scene, rule),
})
