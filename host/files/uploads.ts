/**
 * Dropped pictures. They stay in a user folder, each under the hash of its content, until the pipeline that names them is saved
 * and gets copies beside its file. One that has not been dropped or opened for 90 days is removed.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from './atomic.ts'
import { isInside } from './inside.ts'
import { makeFolder } from './make-folder.ts'
import { cutToBytes } from './names.ts'
import { fileProblem } from './problems.ts'

const DAY = 24 * 60 * 60 * 1000
export const keptDays = 90

/** The folder of one content: its modification time records the last use. */
const homeOf = (folder: string, path: string): string | undefined => {
  const home = dirname(path)
  return dirname(home) === folder && isInside(folder, home) ? home : undefined
}

export const isUpload = (folder: string, path: string): boolean => homeOf(folder, path) !== undefined

/**
 * A file dropped twice is stored once, so that nothing runs again.
 * @param beside an earlier upload that it belongs to: it is kept in the same folder, under its own name
 * @returns its path
 */
export async function keepUpload(folder: string, given: string, data: Uint8Array, beside?: string): Promise<string> {
  // A name valid on this machine, whatever machine the window is on: no folders, nothing hidden or refused by Windows.
  const plain = basename(given.replaceAll('\\', '/')).replace(/[<>:"|?*\p{Cc}]/gu, '_')
  // The end, with the extension, of a name too long for the file system.
  const name = cutToBytes(plain, 200, 'end').replace(/^\.+/, '')
  if (data.length === 0) throw new SightlineError('file.empty', { path: given })
  const shared = beside === undefined ? undefined : homeOf(folder, beside)
  if (beside !== undefined && !shared) throw new SightlineError('file.unsafe-path', { path: beside })
  const home = shared ?? join(folder, createHash('sha256').update(data).digest('hex').slice(0, 32))
  const path = join(home, name || 'file')
  try {
    await makeFolder(home, 0o700)
    const there = await stat(path).catch(() => undefined)
    // The folder is named after the content of its first file alone.
    if (shared || there?.size !== data.length) await writeAtomic(path, data)
  } catch (error) {
    throw fileProblem(error, path, 'write')
  }
  await touchUploads(folder, [path])
  return path
}

/** An open document names these: their 90 days start again. */
export async function touchUploads(folder: string, paths: readonly string[]): Promise<void> {
  const now = new Date()
  // If one is gone, its node reports it.
  for (const home of new Set(paths.flatMap((path) => homeOf(folder, path) ?? [])))
    await utimes(home, now, now).catch(() => undefined)
}

/** Removes what has been unused for that long. Throws errors of the file system, except for a missing folder. */
export async function pruneUploads(folder: string, days = keptDays): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names) {
    // Only what was made here.
    if (!/^[0-9a-f]{32}$/.test(name)) continue
    const home = join(folder, name)
    const stats = await stat(home).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > days * DAY) await rm(home, { recursive: true, force: true })
  }
}

export interface Copies {
  /** By the upload's path. */
  readonly paths: ReadonlyMap<string, string>
  /** Undoes what was made. */
  remove(): Promise<void>
}

/** An unused name for the content, or that of the same content: `cat.jpg`, `cat-2.jpg`. Never over another file. */
async function copy(from: Uint8Array, name: string, folder: string): Promise<{ path: string; made: boolean }> {
  const ext = extname(name)
  const stem = name.slice(0, name.length - ext.length)
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${stem}-${n}${ext}`)
    const there = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      // A folder of this name counts as another file.
      if (error.code === 'ENOENT') return undefined
      if (error.code === 'EISDIR') return Buffer.alloc(0)
      throw fileProblem(error, path, 'read')
    })
    if (there?.equals(from)) return { path, made: false }
    if (!there && (await writeAtomic(path, from, { fresh: true }))) return { path, made: true }
  }
}

/** What was dropped together with it and lies beside it: names of files. */
async function partsOf(upload: string): Promise<readonly string[]> {
  const names = await readdir(dirname(upload)).catch(() => [])
  return names.filter((name) => name !== basename(upload) && !name.startsWith('.'))
}

/**
 * Copies uploads into a folder, creating it if necessary. A missing one is left out. One with parts gets a folder of its own in it,
 * where they keep their names.
 * @throws `file.*`; then nothing is left behind
 */
export async function copyUploads(uploads: readonly string[], folder: string): Promise<Copies> {
  const paths = new Map<string, string>()
  const made: string[] = []
  const folders = new Set<string>()
  const remove = async (): Promise<void> => {
    for (const path of made) await rm(path, { force: true })
    for (const own of folders) await rmdir(own).catch(() => undefined)
    // If it contains something, it was not made for this alone.
    if (made.length > 0) await rmdir(folder).catch(() => undefined)
  }
  try {
    for (const upload of new Set(uploads)) {
      const data = await readFile(upload).catch(() => undefined)
      if (!data) continue
      const parts = await partsOf(upload)
      const own = parts.length > 0 ? join(folder, `model-${basename(dirname(upload)).slice(0, 8)}`) : folder
      await makeFolder(own)
      if (own !== folder) folders.add(own)
      for (const name of parts) {
        const part = await copy(await readFile(join(dirname(upload), name)), name, own)
        if (part.made) made.push(part.path)
      }
      const copied = await copy(data, basename(upload), own)
      if (copied.made) made.push(copied.path)
      paths.set(upload, copied.path)
    }
    return { paths, remove }
  } catch (error) {
    await remove()
    throw fileProblem(error, folder, 'write')
  }
}
