/** Writes a file completely or not at all: a temporary file in the same folder, fsync, rename (or link, if no file may be there). */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileProblem } from './problems.ts'

/** The rename reaches the disk with its folder's fsync. Some file systems do not support that; the file is in place all the same. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch {
  } finally {
    await handle?.close()
  }
}

const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mode & 0o777
  } catch {
    return undefined
  }
}

export interface WriteOptions {
  /** The path as the user knows it. */
  readonly shown?: string
  readonly signal?: AbortSignal
  /** Never over another file. */
  readonly fresh?: boolean
}

/** Gives the file its name unless it is taken. On a file system without links there is a short race. */
async function place(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    await rm(temporary, { force: true })
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EEXIST' && (await modeOf(path)) === undefined) {
      await rename(temporary, path)
      return true
    }
    await rm(temporary, { force: true })
    return false
  }
}

/**
 * @param path absolute, links already followed
 * @throws `file.disk-full`, `file.write-denied`, `file.folder-missing`, `file.write-failed`; the signal's reason.
 *   Whatever goes wrong, the previous file is untouched and nothing else is left behind.
 * @returns false if `fresh` was requested and a file exists
 */
export async function writeAtomic(
  path: string,
  data: Uint8Array | string,
  { shown = path, signal, fresh = false }: WriteOptions = {},
): Promise<boolean> {
  signal?.throwIfAborted()
  const mode = await modeOf(path)
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`)
  let handle: FileHandle | undefined
  let placed = true
  try {
    handle = await open(temporary, 'wx', mode ?? 0o666)
    await handle.writeFile(data, signal ? { signal } : {})
    await handle.sync()
    await handle.close()
    if (fresh) placed = await place(temporary, path)
    else await rename(temporary, path)
  } catch (error) {
    if (handle) {
      await handle.close()
      await rm(temporary, { force: true })
    }
    signal?.throwIfAborted()
    throw fileProblem(error, shown, 'write')
  }
  await syncFolder(dirname(path))
  return placed
}
