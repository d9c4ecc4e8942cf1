/** Progress in each lesson, kept in this browser by the lesson's id, so that it can be resumed. */
import { create } from 'zustand'

export interface Progress {
  /** The last step shown, from 0. */
  readonly step: number
  /** Steps whose question is settled: answered, or its answer shown on request. */
  readonly answered: readonly number[]
  /** Those of them whose answer was shown. */
  readonly shown?: readonly number[]
}

const key = 'sightline.lessons'

const isProgress = (value: unknown): value is Progress =>
  typeof value === 'object' &&
  value !== null &&
  Number.isInteger((value as Progress).step) &&
  Array.isArray((value as Progress).answered) &&
  Array.isArray((value as Progress).shown ?? [])

function stored(): Readonly<Record<string, Progress>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => isProgress(value)))
  } catch {
    // Written by something else, or not allowed: every lesson starts at its first step.
    return {}
  }
}

const useStored = create<{ readonly lessons: Readonly<Record<string, Progress>> }>(() => ({ lessons: stored() }))

export const progressOf = (lesson: string): Progress | undefined => useStored.getState().lessons[lesson]
export const useProgress = (lesson: string): Progress | undefined => useStored((s) => s.lessons[lesson])
export const useAllProgress = (): Readonly<Record<string, Progress>> => useStored((s) => s.lessons)

export function keepProgress(lesson: string, progress: Progress): void {
  const lessons = { ...useStored.getState().lessons, [lesson]: progress }
  useStored.setState({ lessons })
  try {
    localStorage.setItem(key, JSON.stringify(lessons))
  } catch {
    // Storage is full or forbidden: it lasts as long as the page.
  }
}
