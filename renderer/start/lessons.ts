/** How far a lesson is. */
import type { Progress } from '../lesson/progress.ts'
import type { Entry } from './cards.ts'

export interface LessonState {
  readonly kind: 'new' | 'begun' | 'done'
  /** The last step shown, from 0. */
  readonly step: number
  /** Questions answered without help, and those whose answer was shown. */
  readonly own: number
  readonly shown: number
}

/** Done: its last step was seen, and no question is open. */
export function stateOf({ steps, asks }: Pick<Entry, 'steps' | 'asks'>, progress: Progress | undefined): LessonState {
  if (!progress) return { kind: 'new', step: 0, own: 0, shown: 0 }
  const { step, answered, shown = [] } = progress
  const own = answered.length - shown.length
  const kind = step >= steps - 1 && answered.length >= asks ? 'done' : step > 0 || answered.length > 0 ? 'begun' : 'new'
  return { kind, step, own, shown: shown.length }
}
