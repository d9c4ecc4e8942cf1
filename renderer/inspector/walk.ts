/** The algorithm that is being told step by step, and where it stands: shown in the inspector and when presenting. */
import { create } from 'zustand'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { ViewTarget } from '../state/ui.ts'

export interface Walk {
  readonly node: string
  readonly steps: MethodResult<'steps'>['steps']
  /** The picture that the steps are about. */
  readonly over: ViewTarget
}

export const useWalk = create<{ readonly walk: Walk | undefined; readonly at: number }>(() => ({
  walk: undefined,
  at: 0,
}))
