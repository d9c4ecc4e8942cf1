/**
 * A language file: it translates the window's texts and problems. What it leaves out stays English.
 */
import { z } from 'zod'
import { SightlineError } from '../../engine/types/problem.ts'
import { problemWords } from '../../engine/types/words.ts'

const table = z.record(z.string().max(2000), z.string().max(2000))
type Table = z.output<typeof table>

const wordFile = z.object({
  format: z.literal('sightline-words'),
  version: z.literal(1),
  /** The language's own name for itself. */
  language: z.string().min(1).max(100),
  /** By their codes. */
  problems: table.default({}),
  /** By their English text. */
  texts: table.default({}),
})
export type Words = z.output<typeof wordFile>

/** Every text that a file can translate, in English, as a template. */
export const template = (texts: readonly string[]): Words => ({
  format: 'sightline-words',
  version: 1,
  language: 'English',
  problems: { ...problemWords },
  texts: Object.fromEntries(texts.map((text) => [text, text])),
})

const places = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')

/** A placeholder that the English text lacks is never filled. */
function wrongPlace(section: string, words: Table, english: (key: string) => string): string | undefined {
  for (const [key, text] of Object.entries(words)) {
    const known = places(english(key))
    const wrong = places(text).find((name) => !known.includes(name))
    if (wrong === undefined) continue
    const has = known.length > 0 ? `it has ${known.map((name) => `{${name}}`).join(', ')}` : 'it has none'
    return `${section}, "${key}" names {${wrong}}; ${has}`
  }
  return undefined
}

export interface ReadWords {
  readonly words: Words
  /** Texts that this Sightline does not have. They are ignored. */
  readonly unknown: readonly string[]
}

/** @throws `words.wrong` */
export function readWords(text: string, name: string, texts: readonly string[]): ReadWords {
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
  const ours = new Set(texts)
  const isProblem = (code: string): code is keyof typeof problemWords => Object.hasOwn(problemWords, code)
  const isText = (text: string): boolean => ours.has(text)
  const pick = (table: Table, known: (key: string) => boolean): Table =>
    Object.fromEntries(Object.entries(table).filter(([key, words]) => known(key) && words.trim() !== ''))
  const { problems, texts: said, ...rest } = found.data
  const words = { ...rest, problems: pick(problems, isProblem), texts: pick(said, isText) }
  const place =
    wrongPlace('problems', words.problems, (code) => (isProblem(code) ? problemWords[code] : '')) ??
    wrongPlace('texts', words.texts, (english) => english)
  if (place !== undefined) throw wrong(place)
  const unknownIn = (table: Table, known: (key: string) => boolean) => Object.keys(table).filter((key) => !known(key))
  return { words, unknown: [...unknownIn(problems, isProblem), ...unknownIn(said, isText)] }
}
