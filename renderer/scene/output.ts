/** A scene of the pipeline, as its node gives it: its numbers from the machine that computes, part by part. */
import { arraysIn, type SceneHead } from '../../engine/protocol/scene.ts'
import type { SplatArrays } from '../../engine/values/index.ts'
import { requestBytes } from '../state/engine.ts'

export interface SceneOutput {
  /** `outer/inner` */
  readonly node: string
  readonly port: string
}

export interface ScenePart {
  readonly head: SceneHead
  /** Another name is another scene. */
  readonly name: string
  readonly numbers: SplatArrays
  /** The splats that are here with it. */
  readonly to: number
}

/**
 * Its parts, from the first splat on. If the scene changes meanwhile, it starts over, with another `name`.
 * Throws the problem of a node that has no value.
 */
export async function* partsOf({ node, port }: SceneOutput, signal: AbortSignal): AsyncGenerator<ScenePart> {
  let from = 0
  let known: string | undefined
  for (;;) {
    signal.throwIfAborted()
    const { result, tail } = await requestBytes('splats', { node, port, from })
    signal.throwIfAborted()
    const { name, from: start, to, ...head } = result
    if (known !== undefined && name !== known) {
      known = undefined
      from = 0
      continue
    }
    known = name
    yield { head, name, to, numbers: arraysIn(tail, to - start, head.degree) }
    if (to >= head.count) return
    from = to
  }
}
