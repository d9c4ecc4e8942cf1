/** 3D scenes in files: which are supported, and how they are sent to the window. */
import { z } from 'zod'
import { SightlineError } from '../types/problem.ts'
import { type SplatArrays, shCount } from '../values/index.ts'

export const sceneExtensions = ['ply', 'splat', 'ksplat', 'spz', 'sog'] as const

/** An unpacked .sog is a folder: this file lists the pictures beside it that hold the numbers. */
export const sogList = 'meta.json'

export const isSogList = (path: string): boolean => /(^|[\\/])meta\.json$/i.test(path)

const place = z.tuple([z.number(), z.number(), z.number()]).readonly()

/** What is said of a scene beside its numbers. */
export const sceneHead = z.object({
  count: z.number().int().nonnegative(),
  /** Of the harmonics. */
  degree: z.number().int().min(0).max(3),
  antialiased: z.boolean(),
  space: z.enum(['rgb', 'linear']),
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).readonly().optional(),
  /** The region that holds most of it. Absent: it is empty. */
  core: z.object({ centre: place, radius: z.number().positive() }).optional(),
})
export type SceneHead = z.infer<typeof sceneHead>

/** The arrays in a part's bytes: float32, all means, then quaternions, sizes, opacities and harmonics. Throws RangeError. */
export function arraysIn(tail: Uint8Array, count: number, degree: number): SplatArrays {
  const widths = [3, 4, 3, 1, 3 * shCount(degree)] as const
  const wanted = 4 * count * widths.reduce((a, b) => a + b, 0)
  if (tail.length !== wanted) throw new RangeError(`a part of a scene has ${tail.length} bytes, not ${wanted}`)
  // A frame's tail need not begin at a multiple of four.
  const floats = new Float32Array(tail.slice().buffer)
  let at = 0
  const [means, quats, scales, opacities, sh] = widths.map((width) => {
    const from = at
    at += width * count
    return floats.subarray(from, at)
  })
  return { means, quats, scales, opacities, sh } as SplatArrays
}

/** By the name of the file, or of its path. */
export const isScene = (name: string): boolean =>
  isSogList(name) || sceneExtensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))

/** A file is sent in parts of this size, so that previews go on meanwhile and progress can be shown. */
export const scenePart = 4 * 1024 * 1024
/** The most that the window can decode without running out of memory: about four million splats as trained. */
export const largestScene = 1024 * 1024 * 1024

/** Whole MB, as messages name sizes. */
export const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/** Throws `scene.too-large`. */
export function checkSceneSize(size: number, name: string): void {
  if (size > largestScene)
    throw new SightlineError('scene.too-large', { name, given: megabytes(size), limit: megabytes(largestScene) })
}
/** Spark reads no longer list. */
export const largestSogList = 65_536

/**
 * What a packed scene may unpack to, all its streams together. Real ones shrink to a tenth, and scenes of equal splats to less; a
 * small file that claims a gigabyte is no scene.
 * @param packed the size of the file in bytes
 */
export const mostUnpacked = (packed: number): number => Math.min(largestScene, 64 * 1024 * 1024 + 100 * packed)

/** A name without a folder. */
const picture = /^\w[\w.-]{0,99}\.(webp|png)$/i

/**
 * The pictures that the list of an unpacked .sog names; undefined if it is not such a list.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
export function sogFiles(text: string): readonly string[] | undefined {
  const meta = parsed(text)
  if (!isRecord(meta)) return undefined
  const files: unknown[] = []
  for (const part of ['means', 'scales', 'quats', 'sh0', 'shN']) {
    const described = meta[part]
    if (described === undefined && part === 'shN') continue
    if (!isRecord(described) || !Array.isArray(described.files)) return undefined
    files.push(...described.files)
  }
  const names = files.filter((name): name is string => typeof name === 'string' && picture.test(name))
  return names.length === files.length ? [...new Set(names)] : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
