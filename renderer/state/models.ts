/** The models that can be installed, as far as the window has asked, and the downloads under way. */
import { create } from 'zustand'
import type { FileCheck, ModelEntry, ModelPulls } from '../../engine/protocol/models.ts'
import type { Problem } from '../../engine/types/problem.ts'

interface ModelsState {
  /** Undefined until asked for. */
  readonly entries: readonly ModelEntry[] | undefined
  readonly pulls: ModelPulls
  /** Increases when models were installed or removed: then the list is asked for again. */
  readonly turn: number
  /** The last thing that went wrong with each model. */
  readonly problems: Readonly<Record<string, Problem>>
  /** What Verify found. */
  readonly checks: Readonly<Record<string, readonly FileCheck[] | 'checking'>>
  /** The model that a dialog is about. */
  readonly asked: string | undefined
}

export const useModels = create<ModelsState>(() => ({
  entries: undefined,
  pulls: {},
  turn: 0,
  problems: {},
  checks: {},
  asked: undefined,
}))

/** The engine's news. */
export const receiveModels = ({ pulls, changed }: { readonly pulls: ModelPulls; readonly changed: boolean }): void =>
  useModels.setState(({ turn, checks }) => ({
    pulls,
    ...(changed && {
      turn: turn + 1,
      checks: Object.fromEntries(Object.entries(checks).filter(([, is]) => is === 'checking')),
    }),
  }))
