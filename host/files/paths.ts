/**
 * From a document's path to a real one that may be used. Relative paths start at the pipeline's folder; network and device paths
 * are refused; anything not beside the pipeline's file needs the user's consent.
 */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { sampleOf } from '../../engine/graph/models.ts'
import { hubAddress } from '../../engine/types/hub.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { root } from '../installation.ts'
import { modelFolder, modelPath, modelsFolder } from '../store/places.ts'
import { isInside } from './inside.ts'
import { fileProblem } from './problems.ts'
import { restoreFolder } from './replace-folder.ts'

export type Access = FileUse['access']

/** Whether a path outside the document's own folder may be used: the user's consent. It gets the real path. */
export type Allow = (path: string, access: Access) => boolean | Promise<boolean>

export interface Places {
  /** Where relative paths start. */
  readonly base: string
  /** The folder is the document's own: its file is there. */
  readonly own: boolean
  /** Other folders that may be read: samples, uploads. */
  readonly readable: readonly string[]
  readonly allow: Allow
}

const address = /^[a-z][a-z0-9+.-]+:\/\//i
const windowsDevice = /(^|[\\/])(con|prn|aux|nul|com\d|lpt\d)(\.[^\\/]*)?$/i

function refuse(path: string): never {
  throw new SightlineError('file.unsafe-path', { path })
}

/** Refuses anything but a plain local path: URLs, `\\server\share`, `\\.\device`, `/dev`, `/proc`, `CON`. */
function checkPlain(path: string): void {
  if (path.includes('\0') || address.test(path) || /^[\\/]{2}/.test(path)) refuse(path)
  if (process.platform === 'win32' && (windowsDevice.test(path) || path.indexOf(':', 2) > 0)) refuse(path)
}

/** `/dev/shm` is memory in which users may keep files; the rest of these folders contain no regular files. */
function checkReal(real: string, path: string): void {
  const of = (folder: string): boolean => real === folder || real.startsWith(`${folder}/`)
  if ((of('/dev') && !of('/dev/shm')) || of('/proc') || of('/sys')) refuse(path)
}

/** The absolute path, without looking at the disk. */
export function absolutePath(path: string, base: string): string {
  const model = modelPath(path)
  if (model) return model.place
  const sample = sampleOf(path)
  if (sample !== undefined) return join(root, 'assets/samples', sample)
  checkPlain(path)
  const absolute = resolve(base, path)
  checkReal(absolute, path)
  return absolute
}

/** The same; undefined for a refused path. */
export function plainPath(path: string, base: string): string | undefined {
  try {
    return absolutePath(path, base)
  } catch (error) {
    if (error instanceof SightlineError) return undefined
    throw error
  }
}

/** The real path of a file that may not exist yet; its folder must. */
async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return join(await realpath(dirname(path)), basename(path))
  }
}

/** The real path of an absolute path, whether it exists or not. */
export const realPlace = (path: string): Promise<string> => realTarget(path).catch(() => path)

/** The file systems of these usually take `A.png` and `a.png`, and both spellings of "é", for one name. */
const foldsNames = process.platform === 'darwin' || process.platform === 'win32'

/** The same text for all absolute paths of one file, whether it exists or not. */
export async function placeKey(path: string): Promise<string> {
  const real = await realPlace(path)
  return foldsNames ? real.normalize('NFC').toLowerCase() : real
}

/**
 * The real path (links followed) behind a document's path.
 * @throws `file.unsafe-path`, `file.outside`, `model.not-installed`, and `file.missing` or `file.folder-missing` where there is nothing.
 */
export async function realPath(path: string, access: Access, places: Places, folder = false): Promise<string> {
  const absolute = absolutePath(path, places.base)
  let real: string
  try {
    real = access === 'write' ? await realTarget(absolute) : await realpath(absolute)
  } catch (error) {
    const model = modelPath(path)
    if (model && (await restoreFolder(modelFolder(model.name)))) return realPath(path, access, places, folder)
    if (model) throw new SightlineError('model.not-installed', { name: hubAddress(path) ? path : model.name, path })
    const named = access === 'write' ? dirname(path) : path
    throw fileProblem(error, named, access === 'write' || folder ? 'folder' : 'read')
  }
  // A link may lead to a network path.
  checkPlain(real)
  checkReal(real, path)
  const own = [...(places.own ? [places.base] : []), ...(access === 'read' ? [...places.readable, modelsFolder()] : [])]
  if (!(await isInsideOne(own, real)) && !(await places.allow(real, access)))
    throw new SightlineError('file.outside', { path, access })
  return real
}

/** Whether a real path is inside one of these folders, which may be links. Most are none: then the disk need not be asked. */
async function isInsideOne(folders: readonly string[], real: string): Promise<boolean> {
  if (folders.some((folder) => isInside(folder, real))) return true
  const homes = await Promise.all(folders.map(realPlace))
  return homes.some((home) => isInside(home, real))
}
