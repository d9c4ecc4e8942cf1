import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { merge } from '../splat-scenes.ts'

export const mergeWork = defineWork({
  name: 'splat/merge',
  run: ({ first, second }: { readonly first: SplatScene; readonly second: SplatScene }) => merge(first, second),
})
