import type { SplatRange } from '../../../engine/protocol/sog-levels.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { boundsOf } from '../../../engine/values/splats.ts'
import { damaged } from './form.ts'
import { readKsplat } from './ksplat.ts'
import { readLas } from './las.ts'
import { joined } from './levels.ts'
import { readPcd } from './pcd.ts'
import { readPly } from './ply.ts'
import { readSog, type SogList, type SogPicture } from './sog.ts'
import { readSplat } from './splat.ts'
import { readSpz } from './spz.ts'
import { readXyz } from './xyz.ts'

/** By the end of the file's name, those that need nothing unpacked first. */
const readers = {
  ...{ ply: readPly, splat: readSplat, ksplat: readKsplat, spz: readSpz },
  ...{ pcd: readPcd, las: readLas, xyz: readXyz, pts: readXyz },
} as const
export type PlainFormat = keyof typeof readers
export const isPlainFormat = (ending: string): ending is PlainFormat => Object.hasOwn(readers, ending)

/** A .sog, and which of its splats are wanted if not all are. */
export interface UnpackedSog {
  readonly list: SogList
  readonly pictures: readonly SogPicture[]
  readonly ranges?: readonly SplatRange[]
}

/** A file whose streams are unpacked. */
export type Unpacked =
  | { readonly format: PlainFormat; readonly bytes: Uint8Array }
  | { readonly format: 'sog'; readonly parts: readonly UnpackedSog[] }

function read(file: Unpacked, name: string): SplatScene {
  if (file.format !== 'sog') return readers[file.format](file.bytes, name)
  const [first, ...more] = file.parts
  if (first && more.length === 0 && !first.ranges) return readSog(first.list, first.pictures, name)
  return joined(
    file.parts.map(({ list, pictures, ranges }) => ({ scene: readSog(list, pictures, name), ranges })),
    name,
  )
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
