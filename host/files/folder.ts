/** The pictures of a folder that match a pattern, in natural order. */
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Listed } from '../../engine/types/services.ts'
import { type FileRef, isPictureName } from './decode.ts'
import { fileProblem } from './problems.ts'

/** Whether `name` matches a pattern of `*` (any characters) and `?` (any one), ignoring case. */
export function matches(name: string, pattern: string): boolean {
  const text = name.toLowerCase()
  const wild = pattern.toLowerCase()
  let t = 0
  let w = 0
  // The position of the last star, and how much it has matched: on a mismatch it takes one more.
  let star = -1
  let eaten = 0
  while (t < text.length) {
    if (wild[w] === '*') {
      star = w++
      eaten = t
    } else if (wild[w] === '?' || wild[w] === text[t]) {
      w++
      t++
    } else if (star >= 0) {
      w = star + 1
      t = ++eaten
    } else return false
  }
  while (wild[w] === '*') w++
  return w === wild.length
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
/** `2.png` before `10.png`; names that differ only in case have one order everywhere. */
export const naturalOrder = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

async function entriesOf({ real, shown }: FileRef) {
  try {
    return await readdir(real, { withFileTypes: true })
  } catch (error) {
    throw fileProblem(error, shown, 'folder')
  }
}

const isPicture = (name: string): boolean => !name.startsWith('.') && isPictureName(name)

/** The names in a folder of pictures that match, in natural order. */
const picturesIn = async (folder: FileRef, pattern: string): Promise<readonly string[]> =>
  (await entriesOf(folder))
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isPicture(entry.name))
    .map((entry) => entry.name)
    .filter((name) => matches(name, pattern))
    .sort(naturalOrder)

/** The folders in a folder that match, in natural order. Links are left out: they may lead anywhere. */
const foldersIn = async (folder: FileRef, pattern: string): Promise<readonly string[]> =>
  (await entriesOf(folder))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => matches(name, pattern))
    .sort(naturalOrder)

/**
 * The pictures of a folder; their paths start with the folder as given. With a pattern `FOLDER/NAME`, those of the folders in it,
 * with names that say in which.
 * @throws file.folder-empty if none matches
 */
export async function listPictures(folder: FileRef, pattern: string): Promise<readonly Listed[]> {
  const [name = '', within] = (pattern.trim() || '*').split('/').reverse()
  const names: string[] = []
  if (within === undefined) names.push(...(await picturesIn(folder, name)))
  else
    for (const one of await foldersIn(folder, within)) {
      const inside = { real: join(folder.real, one), shown: join(folder.shown, one) }
      names.push(...(await picturesIn(inside, name || '*')).map((picture) => `${one}/${picture}`))
    }
  if (names.length === 0) throw new SightlineError('file.folder-empty', { path: folder.shown, pattern })
  return names.map((name) => ({ path: join(folder.shown, name), name }))
}

/** With the time of the last change of any sort: the time of the content alone can be set back. */
const stampOf = ({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string =>
  `${size}-${mtimeNs}-${ctimeNs}-${ino}-${dev}`

/** Changes when the file, or a picture in the folder, may have changed: size, times to the nanosecond, inode. */
export async function identityOf(file: FileRef): Promise<string> {
  try {
    const stats = await stat(file.real, { bigint: true })
    if (!stats.isDirectory()) return stampOf(stats)
  } catch (error) {
    throw fileProblem(error, file.shown, 'read')
  }
  const names = (await entriesOf(file))
    .map((entry) => entry.name)
    .filter(isPicture)
    .sort()
  const hash = createHash('sha256')
  for (const name of names) {
    // A file that vanished meanwhile, or a broken link, counts by its name.
    const stats = await stat(join(file.real, name), { bigint: true }).catch(() => undefined)
    hash.update(`${name}\0${stats ? stampOf(stats) : ''}\n`)
  }
  return hash.digest('hex')
}
