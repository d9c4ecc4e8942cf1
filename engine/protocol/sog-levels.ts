/**
 * The list of a .sog that is streamed with levels of detail (`lod-meta.json`): files, each an unpacked .sog, and a tree of places,
 * whose leaves say which splats of which file show them at each level. Level 0 is the finest.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/streamed-sog/
 */
import { z } from 'zod'

export const isLevelList = (path: string): boolean => /(^|[\\/])lod-meta\.json$/i.test(path)

/** A list of thousands of places is long. */
export const largestLevelList = 32 * 1024 * 1024

/** Splats of one file, from `offset`. */
export interface SplatRange {
  readonly offset: number
  readonly count: number
}

/** A file, named relative to the list, and what of it is shown. */
export interface LevelFile {
  readonly file: string
  /** Absent: all of it. */
  readonly ranges?: readonly SplatRange[]
}

/** Folders and a name, none of which leads upwards. */
const inside = /^(?:\w[\w.-]{0,99}\/){0,8}meta\.json$/i
const whole = z.number().int().nonnegative().max(1e9)
const leaf = z.object({ file: whole, offset: whole, count: whole })
const levelList = z.object({
  filenames: z.array(z.string().regex(inside)).min(1).max(10_000),
  environment: z.string().regex(inside).nullish(),
  tree: z.unknown(),
})
const place = z.object({
  lods: z.record(z.string(), leaf).optional(),
  children: z.array(z.unknown()).max(1000).optional(),
})
const mostPlaces = 200_000

/**
 * What is read of a list for a level; places that lack it are shown at the nearest finer one, or else the nearest there is.
 * Undefined if it is no such list, or names splats twice.
 */
export function filesOfLevel(text: string, level: number): readonly LevelFile[] | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const list = levelList.safeParse(json)
  if (!list.success) return undefined
  const { filenames, environment, tree } = list.data
  const ranges = new Map<number, SplatRange[]>()
  const open: unknown[] = [tree]
  for (let places = 0; open.length > 0; places++) {
    const one = place.safeParse(open.pop())
    if (!one.success || places > mostPlaces) return undefined
    const { lods, children = [] } = one.data
    open.push(...children)
    if (!lods) continue
    const levels = Object.keys(lods)
      .map(Number)
      .sort((a, b) => a - b)
    const chosen = levels.findLast((own) => own <= level) ?? levels[0]
    const of = chosen === undefined ? undefined : lods[chosen]
    if (!of || of.count === 0) continue
    if (!filenames[of.file]) return undefined
    const own = ranges.get(of.file) ?? []
    own.push({ offset: of.offset, count: of.count })
    ranges.set(of.file, own)
  }
  const files: LevelFile[] = []
  for (const [file, own] of [...ranges].sort(([a], [b]) => a - b)) {
    own.sort((a, b) => a.offset - b.offset)
    // Splats that were named by two places would be drawn twice.
    if (own.some(({ offset }, i) => i > 0 && offset < (own[i - 1]?.offset ?? 0) + (own[i - 1]?.count ?? 0)))
      return undefined
    files.push({ file: filenames[file] ?? '', ranges: own })
  }
  return environment ? [...files, { file: environment }] : files
}
