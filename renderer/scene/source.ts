/** Where the bytes of a scene come from: the machine that does the work, or a file that was let go over the window. */
import { largestScene } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { baseName } from '../panels/paths.ts'
import { requestBytes } from '../state/engine.ts'
import { formatOf } from './check.ts'

export interface SceneSource {
  readonly name: string
  /** Where it lies, where that is known. */
  readonly path?: string
  readonly size: number
  /** May be asked for again. @param onPart how much of it is there, in bytes. Throws `file.*`, `scene.*`, or that it was aborted. */
  read(onPart: (there: number) => void, signal: AbortSignal): Promise<Uint8Array>
}

/** Throws `file.*` or `scene.*` where it cannot be opened at all. */
export async function sceneAt(path: string): Promise<SceneSource> {
  const name = baseName(path)
  const part = async (offset: number) => {
    const { result, tail } = await requestBytes('scene', { path, offset })
    return { ...result, tail }
  }
  const { size } = await part(0)
  return {
    name,
    path,
    size,
    async read(onPart, signal) {
      const first = await part(0)
      const bytes = new Uint8Array(first.size)
      for (let now = first, at = 0; ; now = await part(at)) {
        signal.throwIfAborted()
        if (now.stamp !== first.stamp || now.tail.length === 0) throw new SightlineError('scene.changed', { name })
        bytes.set(now.tail, at)
        at += now.tail.length
        onPart(at)
        if (at === bytes.length) return bytes
      }
    },
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/** A file that was dropped: the window may read it itself. Throws `scene.*` or `file.empty`. */
export function sceneIn(file: File): SceneSource {
  const { name, size } = file
  formatOf(name)
  if (size === 0) throw new SightlineError('file.empty', { path: name })
  if (size > largestScene)
    throw new SightlineError('scene.too-large', { name, given: megabytes(size), limit: megabytes(largestScene) })
  return {
    name,
    size,
    async read(onPart, signal) {
      const bytes = await file.arrayBuffer().catch((error: unknown) => {
        throw new SightlineError('file.read-failed', { path: name, message: String(error) }, error)
      })
      signal.throwIfAborted()
      onPart(size)
      return new Uint8Array(bytes)
    },
  }
}
