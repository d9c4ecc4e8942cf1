/** Progress in each lesson, kept in this browser by the lesson's id, so that it can be resumed. */
import { create } from 'zustand'

export interface Progress {
  /** The last step shown, from 0. */
  readonly step: number
  /** Steps whose question was answered. */
  readonly answered: readonly number[]
}

const key = 'sightline.lessons'

const isProgress = (value: unknown): value is Progress =>
  typeof value === 'object' &&
  value !== null &&
  Number.isInteger((value as Progress).step) &&
  Array.isArray((value as Progress).answered)

function stored(): Readonly<Record<string, Progress>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => isProgress(value)))
  } catch {
    // Written by something else, or not allowed: every lesson starts at its first step.
    return {}
  }
}

const useAllProgress = create<{ readonly lessons: Readonly<Record<string, Progress>> }>(() => ({ lessons: stored() }))

export const progressOf = (lesson: string): Progress | undefined => useAllProgress.getState().lessons[lesson]
export const useProgress = (lesson: string): Progress | undefined => useAllProgress((s) => s.lessons[lesson])

export function keepProgress(lesson: string, progress: Progress): void {
  const lessons = { ...useAllProgress.getState().lessons, [lesson]: progress }
  useAllProgress.setState({ lessons })
  try {
    localStorage.setItem(key, JSON.stringify(lessons))
  } catch {
    // Storage is full or forbidden: it lasts as long as the page.
  }
}
