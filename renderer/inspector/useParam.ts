/** Changes one parameter of one or several nodes as a gesture does: move, rest, release. */
import { useEffect, useMemo } from 'react'
import type { ParamValue } from '../../engine/types/param.ts'
import { setParams } from '../state/actions.ts'
import { settle } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'

export interface ParamEdit<V extends ParamValue = ParamValue> {
  /** A move of a gesture: a quick preview is enough. The whole gesture is one undo step. */
  draft(value: V): void
  /** Released: compute the full result. */
  rest(): void
  /** A change that is complete in itself. */
  set(value: V): void
  reset(): void
}

/** `ids` must be stable. */
export function useParam(ids: readonly string[], name: string): ParamEdit {
  const edit = useMemo<ParamEdit>(() => {
    const gesture = createGesture()
    const complete = (value: ParamValue | undefined): void => {
      gesture.end()
      setParams(ids, { [name]: value })
      settle()
    }
    return {
      draft: (value) => gesture.move(() => setParams(ids, { [name]: value }, { draft: true })),
      rest: gesture.end,
      set: complete,
      reset: () => complete(undefined),
    }
  }, [ids, name])

  // A form that unmounts during a gesture (an undo, another node) ends it.
  useEffect(() => edit.rest, [edit])
  return edit
}
