/**
 * From a path as the document has it to a real one that may be touched. Relative paths start at the pipeline's folder;
 * network and device paths are refused; what lies outside the folders that belong to the document is put to `allow`.
 */
import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import { fileProblem } from './problems.ts'

export type Access = 'read' | 'write'

/** Whether a path outside the document's own folders may be used: the user's consent. */
export type Allow = (path: string, access: Access) => boolean | Promise<boolean>

export interface Places {
  /** The folder of the document: where relative paths start. */
  readonly base: string
  /** Folders that may be read besides: shipped samples, uploads. */
  readonly readable: readonly string[]
  readonly allow: Allow
}

const address = /^[a-z][a-z0-9+.-]+:\/\//i
const windowsDevice = /(^|[\\/])(con|prn|aux|nul|com\d|lpt\d)(\.[^\\/]*)?$/i

function refuse(path: string): never {
  throw new SightlineError('file.unsafe-path', { path })
}

/** Refuses what is no plain local path: URLs, `\\server\share`, `\\.\device`, `/dev`, `/proc`, `CON`. */
function checkPlain(path: string): void {
  if (path.includes('\0') || address.test(path) || /^[\\/]{2}/.test(path)) refuse(path)
  if (process.platform === 'win32' && (windowsDevice.test(path) || path.indexOf(':', 2) > 0)) refuse(path)
}

/** `/dev/shm` is memory that a user may well keep files in; the rest of these folders are no files. */
function checkReal(real: string, path: string): void {
  const of = (folder: string): boolean => real === folder || real.startsWith(`${folder}/`)
  if ((of('/dev') && !of('/dev/shm')) || of('/proc') || of('/sys')) refuse(path)
}

/** Whether `path` is `folder` or lies in it; both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The absolute path, not yet looked at on the disk. */
export function absolutePath(path: string, base: string): string {
  checkPlain(path)
  const absolute = resolve(base, path)
  checkReal(absolute, path)
  return absolute
}

const realOr = async (path: string): Promise<string> => realpath(path).catch(() => path)

/** The real place of a file that may not exist yet: its folder must. */
async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return join(await realpath(dirname(path)), basename(path))
  }
}

/**
 * The real path (links followed) behind a document's path.
 * @throws `file.unsafe-path`, `file.outside`, and `file.missing` or `file.folder-missing` where there is nothing.
 */
export async function realPath(path: string, access: Access, places: Places, folder = false): Promise<string> {
  const absolute = absolutePath(path, places.base)
  let real: string
  try {
    real = access === 'write' ? await realTarget(absolute) : await realpath(absolute)
  } catch (error) {
    const named = access === 'write' ? dirname(path) : path
    throw fileProblem(error, named, access === 'write' || folder ? 'folder' : 'read')
  }
  checkReal(real, path)
  const own = access === 'write' ? [places.base] : [places.base, ...places.readable]
  const homes = await Promise.all(own.map(realOr))
  if (!homes.some((home) => isInside(home, real)) && !(await places.allow(real, access)))
    throw new SightlineError('file.outside', { path })
  return real
}
