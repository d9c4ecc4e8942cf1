/** A scene's file in the form that Spark reads. */

import { needsConversion, type PlainPly, type SceneNote } from '../../engine/protocol/ply/plain.ts'
import { type Problem, SightlineError } from '../../engine/types/problem.ts'
import { formatOf } from './check.ts'
import { plainSpz } from './spz.ts'

export type { SceneNote } from '../../engine/protocol/ply/plain.ts'

export interface PlainScene {
  readonly bytes: Uint8Array
  readonly notes: readonly SceneNote[]
}

function inThread(bytes: Uint8Array<ArrayBuffer>, name: string, signal: AbortSignal): Promise<PlainPly> {
  const thread = new Worker(new URL('./ply/work.ts', import.meta.url), { type: 'module' })
  const done = new Promise<PlainPly>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    thread.onerror = ({ message }) => reject(new SightlineError('scene.damaged', { name, message }))
    thread.onmessage = ({ data }: MessageEvent<{ readonly plain: PlainPly } | { readonly problem: Problem }>) => {
      if ('plain' in data) resolve(data.plain)
      else reject(new SightlineError(data.problem.code, data.problem.params))
    }
  })
  // The bytes go to the thread; nobody else needs them.
  thread.postMessage({ bytes, name }, [bytes.buffer])
  return done.finally(() => thread.terminate())
}

/** Throws `scene.*`. */
export async function plainScene(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  signal: AbortSignal,
): Promise<PlainScene> {
  const format = formatOf(name)
  if (format === 'ply' && needsConversion(bytes, name)) return inThread(bytes, name, signal)
  return { bytes: format === 'spz' ? await plainSpz(bytes, name) : bytes, notes: [] }
}
