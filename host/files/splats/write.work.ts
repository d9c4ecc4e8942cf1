import type { SplatScene } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { plyOf } from '../../../engine/values/splat-ply.ts'
import { writeSplat } from './splat.ts'
import { writeSpz } from './spz.ts'

export const writers = {
  ply: (scene: SplatScene) => plyOf(scene, scene),
  splat: writeSplat,
  spz: writeSpz,
} as const

/** A file of splats; of .spz what is packed then. */
export const writeSplats = defineWork({
  name: 'splats/write',
  run: ({ scene, format }: { readonly scene: SplatScene; readonly format: keyof typeof writers }) =>
    writers[format](scene),
})
