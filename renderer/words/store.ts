/** The user's language file; kept in this browser. */
import { create } from 'zustand'
import { sayProblemsIn } from '../../engine/types/problem.ts'
import type { Words } from './file.ts'
import { sayTextsIn } from './say.ts'

const key = 'sightline.words'

/** It was validated before it was stored. */
function stored(): Words | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Words | null
    return found?.format === 'sightline-words' && found.version === 1 && found.texts ? found : undefined
  } catch {
    // Written by something else, or not allowed: use English.
    return undefined
  }
}

interface WordsState {
  readonly words: Words | undefined
  /** Texts in the file that this Sightline does not have. */
  readonly unknown: readonly string[]
  /** Counts changes of the language. */
  readonly turn: number
}

export const useWords = create<WordsState>(() => ({ words: stored(), unknown: [], turn: 0 }))

function tell(): void {
  const { words } = useWords.getState()
  sayProblemsIn(words?.problems ?? {})
  sayTextsIn(words?.texts)
}
tell()

/** `undefined`: back to English. Redraws everything on the screen. */
export function setWords(words: Words | undefined, unknown: readonly string[] = []): void {
  useWords.setState(({ turn }) => ({ words, unknown, turn: turn + 1 }))
  tell()
  try {
    if (words) localStorage.setItem(key, JSON.stringify(words))
    else localStorage.removeItem(key)
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}
