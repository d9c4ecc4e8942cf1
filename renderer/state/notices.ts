/** What the window has to say that belongs to no node: drawn as toasts. */
import { create } from 'zustand'
import { type Problem, toProblem, wordsOf } from '../../engine/types/problem.ts'

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'success' | 'error'
  readonly words: string
  readonly action?: { readonly label: string; readonly perform: () => void }
}

export const useNotices = create<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }))

let next = 1

/** Shows a notice; the same words are not shown twice at once. */
export function notify(notice: Omit<Notice, 'id'>): void {
  const id = next++
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((n) => n.words !== notice.words), { ...notice, id }].slice(-5),
  }))
}

export const dismiss = (id: number): void =>
  useNotices.setState(({ notices }) => ({ notices: notices.filter((n) => n.id !== id) }))

export const notifyProblem = (problem: Problem): void => notify({ tone: 'error', words: wordsOf(problem) })

/** For what may fail outside of any node: says it instead of losing it. */
export const notifyError = (error: unknown): void => notifyProblem(toProblem(error))
