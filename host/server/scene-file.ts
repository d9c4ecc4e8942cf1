/** A 3D scene, read for the window a part at a time. Its path was chosen by a person: no document can name one. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import {
  checkSceneSize,
  isScene,
  isSogList,
  largestSogList,
  sceneExtensions,
  scenePart,
  sogFiles,
} from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { SplatScene } from '../../engine/types/services.ts'
import { withFile } from '../files/open.ts'
import { absolutePath } from '../files/paths.ts'
import { fileProblem } from '../files/problems.ts'
import { loadSplats } from '../files/splats/index.ts'

export interface ScenePart {
  /** The size of the whole file, in bytes. */
  readonly size: number
  /** Parts with different stamps are not of the same file. */
  readonly stamp: string
  readonly bytes: Uint8Array
}

const unknown = (path: string): SightlineError =>
  new SightlineError('scene.unknown', { name: basename(path), known: sceneExtensions.join(', .') })

/** Throws `file.*` if it is not there, or is no ordinary place. */
async function realPath(path: string): Promise<string> {
  const real = await realpath(path).catch((error: unknown) => {
    throw fileProblem(error, path, 'read')
  })
  return absolutePath(real, '/')
}

/** The pictures that the list of an unpacked .sog names. Throws `scene.no-sog-list` for any other file of this name. */
async function listed(path: string): Promise<readonly string[]> {
  const text = await withFile(await realPath(path), path, (handle, size) =>
    size > largestSogList ? Promise.resolve('') : handle.readFile('utf8'),
  )
  const files = sogFiles(text)
  if (!files) throw new SightlineError('scene.no-sog-list', { name: basename(path) })
  return files
}

/**
 * Nothing but a scene is read for a window that asks for one, wherever a link leads: a file with a scene's name, or the list of
 * an unpacked .sog and the pictures that it names.
 * @returns the path as asked for, and the real one
 */
async function sceneFile(path: string, file: string | undefined): Promise<{ shown: string; real: string }> {
  if (!isScene(path)) throw unknown(path)
  if (file === undefined) {
    const real = await realPath(path)
    if (!isScene(real)) throw unknown(path)
    if (isSogList(path) || isSogList(real)) await listed(path)
    return { shown: path, real }
  }
  if (!isSogList(path) || !(await listed(path)).includes(file)) throw unknown(file)
  const shown = join(dirname(path), file)
  const real = await realPath(shown)
  if (extname(real).toLowerCase() !== extname(file).toLowerCase()) throw unknown(file)
  return { shown, real }
}

/** The scene of a file, as nodes have it. @param path absolute. Throws `file.*` or `scene.*`. */
export async function sceneAt(path: string, signal: AbortSignal): Promise<SplatScene> {
  const part = (file: string): Promise<{ shown: string; real: string }> => sceneFile(path, file)
  return loadSplats(await sceneFile(path, undefined), part, signal)
}

/**
 * @param path absolute
 * @param file one of the pictures of the unpacked .sog whose list is at `path`
 * Throws `file.*` or `scene.*`.
 */
export async function readScenePart(path: string, offset: number, file?: string): Promise<ScenePart> {
  const { shown, real } = await sceneFile(path, file)
  return withFile(real, shown, async (handle, size) => {
    checkSceneSize(size, basename(shown))
    const { mtimeMs, ino } = await handle.stat()
    const bytes = new Uint8Array(Math.max(0, Math.min(scenePart, size - offset)))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset)
    return { size, stamp: `${ino}-${mtimeMs}-${size}`, bytes: bytes.subarray(0, bytesRead) }
  })
}
