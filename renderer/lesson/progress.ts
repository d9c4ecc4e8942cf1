/** How far one is in each lesson: remembered in this browser, by the lesson's id, so that it can be left and gone on with. */
import { create } from 'zustand'

export interface Progress {
  /** Where one was last, from 0. */
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
    // Written by something else, or forbidden: every lesson begins at its beginning.
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
    // Storage is full or forbidden: then it lasts as long as the page.
  }
}
