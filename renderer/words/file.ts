/**
 * A file of words: it says the problems and the commands of the window in another language, or otherwise. What it leaves out
 * stays English.
 */
import { z } from 'zod'
import { SightlineError } from '../../engine/types/problem.ts'
import { problemWords } from '../../engine/types/words.ts'

const words = z.record(z.string(), z.string().max(2000))

const wordFile = z.object({
  format: z.literal('sightline-words'),
  version: z.literal(1),
  /** As its own speakers call it. */
  language: z.string().min(1).max(100),
  problems: words.default({}),
  commands: words.default({}),
})
export type Words = z.output<typeof wordFile>

interface Known {
  readonly id: string
  readonly label: string
}

/** Every word that a file can say, in English, to be written over. */
export const template = (commands: readonly Known[]): Words => ({
  format: 'sightline-words',
  version: 1,
  language: 'English',
  problems: { ...problemWords },
  commands: Object.fromEntries(commands.map(({ id, label }) => [id, label])),
})

const places = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')

/** A place that the English words have not is never filled. */
function wrongPlace(problems: Words['problems']): string | undefined {
  for (const [code, text] of Object.entries(problems)) {
    const known = places(problemWords[code as keyof typeof problemWords] ?? '')
    const wrong = places(text).find((name) => !known.includes(name))
    if (wrong === undefined) continue
    const has = known.length > 0 ? `it has ${known.map((name) => `{${name}}`).join(', ')}` : 'it has none'
    return `problems, "${code}" names {${wrong}}; ${has}`
  }
  return undefined
}

export interface ReadWords {
  readonly words: Words
  /** What this Sightline has no such words for. It is left out. */
  readonly unknown: readonly string[]
}

/** @throws `words.wrong` */
export function readWords(text: string, name: string, commands: readonly Known[]): ReadWords {
  const wrong = (message: string): SightlineError => new SightlineError('words.wrong', { name, message })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw wrong(`it is not valid JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  const found = wordFile.safeParse(json)
  if (!found.success) {
    const issue = found.error.issues[0]
    throw wrong([issue?.path.join(', '), issue?.message].filter(Boolean).join(': '))
  }
  const { problems, commands: labels, ...rest } = found.data
  const ids = new Set(commands.map(({ id }) => id))
  const isProblem = (code: string): boolean => Object.hasOwn(problemWords, code)
  const pick = (table: Words['problems'], known: (id: string) => boolean): Words['problems'] =>
    Object.fromEntries(Object.entries(table).filter(([id, words]) => known(id) && words.trim() !== ''))
  const kept = { ...rest, problems: pick(problems, isProblem), commands: pick(labels, (id) => ids.has(id)) }
  const place = wrongPlace(kept.problems)
  if (place !== undefined) throw wrong(place)
  return {
    words: kept,
    unknown: [
      ...Object.keys(problems).filter((code) => !isProblem(code)),
      ...Object.keys(labels).filter((id) => !ids.has(id)),
    ],
  }
}
