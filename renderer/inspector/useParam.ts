/** Changes one parameter of one or several nodes as a gesture does: move, rest, release. */
import { useEffect, useMemo, useRef } from 'react'
import type { ParamValue } from '../../engine/types/param.ts'
import { setParams } from '../state/actions.ts'
import { rest, settle } from '../state/editor.ts'

export interface ParamEdit<V extends ParamValue = ParamValue> {
  /** A move of a gesture: a quick preview is enough. The whole gesture is one undo step. */
  draft(value: V): void
  /** Released: compute the full result. */
  rest(): void
  /** A change that is complete in itself. */
  set(value: V): void
  reset(): void
}

/** A pointer that rests this long without being released also asks for the full result. */
const stillMs = 150

/** `ids` must be stable. */
export function useParam(ids: readonly string[], name: string): ParamEdit {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const moving = useRef(false)

  const edit = useMemo<ParamEdit>(() => {
    const end = (): void => {
      clearTimeout(timer.current)
      if (moving.current) settle()
      moving.current = false
    }
    const complete = (value: ParamValue | undefined): void => {
      end()
      setParams(ids, name, value)
      settle()
    }
    return {
      draft(value) {
        moving.current = true
        setParams(ids, name, value, { draft: true })
        clearTimeout(timer.current)
        timer.current = setTimeout(rest, stillMs)
      },
      rest: end,
      set: complete,
      reset: () => complete(undefined),
    }
  }, [ids, name])

  // A form that unmounts during a gesture (an undo, another node) ends it.
  useEffect(() => edit.rest, [edit])
  return edit
}
