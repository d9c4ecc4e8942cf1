/** The words that the person chose instead of the English ones; kept in this browser. */
import { create } from 'zustand'
import { sayProblemsIn } from '../../engine/types/problem.ts'
import type { Words } from './file.ts'
import { sayTextsIn } from './say.ts'

const key = 'sightline.words'

/** It was checked before it was kept. */
function stored(): Words | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Words | null
    return found?.format === 'sightline-words' && found.version === 1 && found.texts ? found : undefined
  } catch {
    // Written by something else, or forbidden: English is fine.
    return undefined
  }
}

interface WordsState {
  readonly words: Words | undefined
  /** What the file says that this Sightline has no such words for. */
  readonly unknown: readonly string[]
  /** How often they were changed. */
  readonly turn: number
}

export const useWords = create<WordsState>(() => ({ words: stored(), unknown: [], turn: 0 }))

function tell(): void {
  const { words } = useWords.getState()
  sayProblemsIn(words?.problems ?? {})
  sayTextsIn(words?.texts)
}
tell()

/** `undefined`: English again. What is on the screen is drawn anew. */
export function setWords(words: Words | undefined, unknown: readonly string[] = []): void {
  useWords.setState(({ turn }) => ({ words, unknown, turn: turn + 1 }))
  tell()
  try {
    if (words) localStorage.setItem(key, JSON.stringify(words))
    else localStorage.removeItem(key)
  } catch {
    // Storage is full or forbidden: then they last as long as the page.
  }
}
