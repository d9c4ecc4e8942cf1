import type { SplatScene } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { boundsOf } from '../../../engine/values/splats.ts'
import { roomOf } from './form.ts'
import { asDamage, openRanges, readWhole, type Unpacked } from './readers.ts'

/** A scene that is read, or room for one, and its file in shared memory, for threads that read a range each (`fill.work.ts`). */
export interface ReadSplats {
  readonly scene: SplatScene
  readonly left?: Unpacked
}

/** Fewer splats are read faster than they are shared out. */
const fewest = 100_000

function sharedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const made = new Uint8Array(new SharedArrayBuffer(bytes.length))
  made.set(bytes)
  return made
}

/** The same file in memory that all threads see. */
const sharedFile = (file: Unpacked): Unpacked =>
  file.format === 'sog'
    ? {
        format: 'sog',
        parts: file.parts.map((part) => ({
          ...part,
          pictures: part.pictures.map((picture) => ({ ...picture, data: sharedBytes(picture.data) })),
        })),
      }
    : { format: file.format, bytes: sharedBytes(file.bytes) }

function bounded(scene: SplatScene): SplatScene {
  const bounds = boundsOf(scene.means)
  return bounds ? { ...scene, bounds } : scene
}

/** The numbers of splats in a file, or what is needed to read them with several threads. */
export const readSplats = defineWork({
  name: 'splats/read',
  run: ({ file, name }: { readonly file: Unpacked; readonly name: string }): Promise<ReadSplats> =>
    asDamage(name, async () => {
      const opened = openRanges(file, name)
      if (!opened) return { scene: bounded(await readWhole(file, name)) }
      const scene = roomOf(opened, name)
      if (opened.count >= fewest) return { scene, left: sharedFile(file) }
      opened.fill(scene, 0, opened.count)
      return { scene: bounded(scene) }
    }),
})
