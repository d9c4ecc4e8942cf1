import type { SplatScene, WrittenSplats } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { plyOf } from '../../../engine/values/splat-ply.ts'
import { writeSplat } from './splat.ts'
import { writeSpz } from './spz.ts'
import { type SogFiles, writeSog } from './write-sog.ts'

const writers: Readonly<
  Record<WrittenSplats, (scene: SplatScene, progress: (part: number) => void) => Uint8Array | SogFiles>
> = {
  ply: (scene) => plyOf(scene, scene),
  splat: writeSplat,
  spz: writeSpz,
  sog: writeSog,
}

/** A file of splats; of .spz what is packed then, of .sog the list and the pictures that are. */
export const writeSplats = defineWork({
  name: 'splats/write',
  run: ({ scene, format }: { readonly scene: SplatScene; readonly format: WrittenSplats }, { progress }) =>
    writers[format](scene, progress),
})
