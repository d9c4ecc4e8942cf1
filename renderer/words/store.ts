/** The words that the person chose instead of the English ones; kept in this browser. */
import { create } from 'zustand'
import { sayProblemsIn } from '../../engine/types/problem.ts'
import type { Words } from './file.ts'

const key = 'sightline.words'

/** It was checked before it was kept. */
function stored(): Words | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Words | null
    return found?.format === 'sightline-words' && found.version === 1 ? found : undefined
  } catch {
    // Written by something else, or forbidden: English is fine.
    return undefined
  }
}

export const useWords = create<{ readonly words: Words | undefined }>(() => ({ words: stored() }))
const tell = (): void => sayProblemsIn(useWords.getState().words?.problems ?? {})
tell()

/** `undefined`: English again. What is on the screen is drawn anew. */
export function setWords(words: Words | undefined): void {
  useWords.setState({ words })
  tell()
  try {
    if (words) localStorage.setItem(key, JSON.stringify(words))
    else localStorage.removeItem(key)
  } catch {
    // Storage is full or forbidden: then they last as long as the page.
  }
}

export const labelOf = ({ id, label }: { readonly id: string; readonly label: string }): string =>
  useWords.getState().words?.commands[id] ?? label
