/** Writes a file completely or not at all: a temporary file in the same folder, fsync, rename (or link, if no file may be there). */
import type { Stats } from 'node:fs'
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileProblem } from './problems.ts'
import { sweep, temporaryBeside } from './temporary.ts'

/** The rename reaches the disk with its folder's fsync. Some file systems do not support that; the file is in place all the same. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch {
  } finally {
    await handle?.close().catch(() => undefined)
  }
}

const statsOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

/**
 * Gives the new file the permissions and the owner of the one that it replaces: `open` alone applies the umask. Some file systems
 * have neither, and only root may give files away.
 */
async function takeAfter(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const made = await handle.stat()
  if (made.uid !== uid || made.gid !== gid) await handle.chown(uid, gid).catch(() => undefined)
  if ((made.mode & 0o777) !== (mode & 0o777)) await handle.chmod(mode & 0o777).catch(() => undefined)
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
    if (code !== 'EEXIST' && !(await statsOf(path))) {
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
  await sweep(dirname(path))
  const before = await statsOf(path)
  const temporary = temporaryBeside(path)
  let handle: FileHandle | undefined
  let made = false
  let placed = true
  try {
    handle = await open(temporary, 'wx', before ? before.mode & 0o777 : 0o666)
    made = true
    if (before) await takeAfter(handle, before)
    await handle.writeFile(data, signal ? { signal } : {})
    await handle.sync()
    const closing = handle
    handle = undefined
    await closing.close()
    if (fresh) placed = await place(temporary, path)
    else await rename(temporary, path)
  } catch (error) {
    // What fails here comes after the failure that is reported.
    await handle?.close().catch(() => undefined)
    if (made) await rm(temporary, { force: true }).catch(() => undefined)
    signal?.throwIfAborted()
    throw fileProblem(error, shown, 'write')
  }
  await syncFolder(dirname(path))
  return placed
}
