/** Changes one parameter of one or several nodes the way the hand does it: moves, rests, lets go. */
import { useEffect, useMemo, useRef } from 'react'
import type { ParamValue } from '../../engine/types/param.ts'
import { setParams } from '../state/actions.ts'
import { rest, settle } from '../state/editor.ts'

export interface ParamEdit<V extends ParamValue = ParamValue> {
  /** A move of a gesture: a quick preview is enough. The gesture is one step of undo. */
  draft(value: V): void
  /** Let go: the full result is wanted. */
  rest(): void
  /** A change that is complete in itself. */
  set(value: V): void
  reset(): void
}

/** A pointer that is still for so long, though not let go, wants the full result. */
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

  // A form that goes away in the middle of a gesture (an undo, another node) ends it.
  useEffect(() => edit.rest, [edit])
  return edit
}
