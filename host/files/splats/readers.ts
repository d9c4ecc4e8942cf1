/** What each format of a scene's file is read by. */
import type { SplatRange } from '../../../engine/protocol/sog-levels.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { allOf, damaged, type SplatFile } from './form.ts'
import { readKsplat } from './ksplat.ts'
import { readLas } from './las.ts'
import { joined } from './levels.ts'
import { readPcd } from './pcd.ts'
import { openPly, readsInRanges } from './ply.ts'
import { openSog, type SogList, type SogPicture } from './sog.ts'
import { openSplat } from './splat.ts'
import { openSpz } from './spz.ts'
import { readXyz } from './xyz.ts'

/** By the end of the file's name, those that need nothing unpacked first: formats whose splats are read range by range, and others. */
const opened = { ply: openPly, splat: openSplat, spz: openSpz } as const
const whole = { ksplat: readKsplat, pcd: readPcd, las: readLas, laz: readLas, xyz: readXyz, pts: readXyz } as const
export type PlainFormat = keyof typeof opened | keyof typeof whole
export const isPlainFormat = (ending: string): ending is PlainFormat =>
  Object.hasOwn(opened, ending) || Object.hasOwn(whole, ending)

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

/** A file that any thread may open, to read a range of its splats; undefined of those that are read at once. Throws `scene.*`. */
export function openRanges(file: Unpacked, name: string): SplatFile | undefined {
  if (file.format !== 'sog') {
    const { format, bytes } = file
    if (!isOpened(format) || (format === 'ply' && !readsInRanges(bytes, name))) return undefined
    return opened[format](bytes, name)
  }
  const [first, ...more] = file.parts
  return first && more.length === 0 && !first.ranges ? openSog(first.list, first.pictures, name) : undefined
}

const isOpened = (format: PlainFormat): format is keyof typeof opened => Object.hasOwn(opened, format)

/** All splats of a file that is read at once. Throws `scene.*`. */
export function readWhole(file: Unpacked, name: string): SplatScene | Promise<SplatScene> {
  if (file.format !== 'sog')
    return isOpened(file.format)
      ? allOf(opened[file.format](file.bytes, name), name)
      : whole[file.format](file.bytes, name)
  const pieces = file.parts.map(({ list, pictures, ranges }) => ({
    scene: allOf(openSog(list, pictures, name), name),
    ranges,
  }))
  return joined(pieces, name)
}

/** What a reader throws, as a problem with the file. */
export async function asDamage<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof SightlineError) throw error
    throw damaged(name, error instanceof Error ? error.message : '', error)
  }
}
