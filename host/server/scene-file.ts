/** A 3D scene, read for the window a part at a time. Its path was chosen by a person: no document can name one. */
import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { isScene, largestScene, sceneExtensions, scenePart } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { withFile } from '../files/open.ts'
import { absolutePath } from '../files/paths.ts'
import { fileProblem } from '../files/problems.ts'

export interface ScenePart {
  /** The size of the whole file, in bytes. */
  readonly size: number
  /** Parts with different stamps are not of the same file. */
  readonly stamp: string
  readonly bytes: Uint8Array
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/** Nothing but a scene is read for a window that asks for one, wherever a link leads. */
function checkName(path: string): void {
  if (!isScene(path))
    throw new SightlineError('scene.unknown', { name: basename(path), known: sceneExtensions.join(', .') })
}

/** @param path absolute. Throws `file.*` or `scene.*`. */
export async function readScenePart(path: string, offset: number): Promise<ScenePart> {
  checkName(path)
  const real = await realpath(path).catch((error: unknown) => {
    throw fileProblem(error, path, 'read')
  })
  const plain = absolutePath(real, '/')
  checkName(real)
  return withFile(plain, path, async (handle, size) => {
    if (size > largestScene)
      throw new SightlineError('scene.too-large', {
        name: basename(path),
        given: megabytes(size),
        limit: megabytes(largestScene),
      })
    const { mtimeMs, ino } = await handle.stat()
    const bytes = new Uint8Array(Math.max(0, Math.min(scenePart, size - offset)))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset)
    return { size, stamp: `${ino}-${mtimeMs}-${size}`, bytes: bytes.subarray(0, bytesRead) }
  })
}
