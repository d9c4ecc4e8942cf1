import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { boundsOf } from '../../../engine/values/splats.ts'
import { damaged } from './form.ts'
import { readPly } from './ply.ts'
import { readSog, type SogList, type SogPicture } from './sog.ts'
import { readSplat } from './splat.ts'
import { readSpz } from './spz.ts'

/** A file whose streams are unpacked. */
export type Unpacked =
  | { readonly format: 'ply' | 'splat' | 'spz'; readonly bytes: Uint8Array }
  | { readonly format: 'sog'; readonly list: SogList; readonly pictures: readonly SogPicture[] }

function read(file: Unpacked, name: string): SplatScene {
  if (file.format === 'sog') return readSog(file.list, file.pictures, name)
  return { ply: readPly, splat: readSplat, spz: readSpz }[file.format](file.bytes, name)
}

function bounded(scene: SplatScene): SplatScene {
  const bounds = boundsOf(scene.means)
  return bounds ? { ...scene, bounds } : scene
}

/** The numbers of splats in a file. */
export const readSplats = defineWork({
  name: 'splats/read',
  run({ file, name }: { readonly file: Unpacked; readonly name: string }) {
    try {
      return bounded(read(file, name))
    } catch (error) {
      if (error instanceof SightlineError) throw error
      throw damaged(name, error instanceof Error ? error.message : '', error)
    }
  },
})
