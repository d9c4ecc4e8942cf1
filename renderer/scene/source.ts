/** Where a scene's bytes come from: the machine that computes, or a file dropped on the window. */
import { largestScene } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { baseName } from '../panels/paths.ts'
import { requestBytes } from '../state/engine.ts'
import { formatOf } from './check.ts'

export interface SceneSource {
  readonly name: string
  /** Its path, if known. */
  readonly path?: string
  readonly size: number
  /** May be called again. @param onPart bytes so far. Throws `file.*`, `scene.*`, or an abort. */
  read(onPart: (there: number) => void, signal: AbortSignal): Promise<Uint8Array>
}

/** Throws `file.*` or `scene.*` if it cannot be opened at all. */
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

/** A dropped file, which the window reads itself. Throws `scene.*` or `file.empty`. */
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
