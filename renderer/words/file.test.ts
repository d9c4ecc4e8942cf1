/** A language file translates what it can, is validated before use, and its template has every text. */
import { afterEach, expect, it } from 'vitest'
import { SightlineError, wordsOf } from '../../engine/types/problem.ts'
import { problemWords } from '../../engine/types/words.ts'
import { textsOfPage } from '../../host/build/texts.ts'
import { commands } from '../commands/index.ts'
import { readWords, template } from './file.ts'
import { say } from './say.ts'
import { setWords } from './store.ts'

afterEach(() => setWords(undefined))

const texts = textsOfPage()
const german = {
  format: 'sightline-words',
  version: 1,
  language: 'Deutsch',
  problems: { 'file.empty': '„{path}“ ist leer (0 Bytes).', 'file.none': '', 'old.problem': 'x' },
  texts: { Undo: 'Rückgängig', 'An old text': 'x' },
}
const read = (file: unknown) => readWords(JSON.stringify(file), 'w.json', texts)
const messageOf = (text: string): string => {
  try {
    readWords(text, 'w.json', texts)
  } catch (error) {
    if (error instanceof SightlineError) return error.message
  }
  throw new Error('it was taken')
}

it('reads its own template, which has everything', () => {
  const words = template(texts)
  expect(read(words)).toEqual({ words, unknown: [] })
  expect(Object.keys(words.problems)).toEqual(Object.keys(problemWords))
  setWords({ ...words, texts: Object.fromEntries(texts.map((text) => [text, text.toUpperCase()])) })
  for (const { label } of commands) expect(say(label)).toBe(label.toUpperCase())
})

it('says problems and texts in its words, the rest in English', () => {
  const { words, unknown } = read(german)
  expect(unknown).toEqual(['old.problem', 'An old text'])
  setWords(words)
  expect(wordsOf({ code: 'file.empty', params: { path: 'a.png' } })).toBe('„a.png“ ist leer (0 Bytes).')
  expect(wordsOf({ code: 'file.none', params: {} })).toBe(problemWords['file.none'])
  expect(say('Undo')).toBe('Rückgängig')
  expect(say('Redo')).toBe('Redo')
  setWords(undefined)
  expect(say('Undo')).toBe('Undo')
})

it('names what is wrong with a file', () => {
  expect(messageOf('{')).toMatch(/"w.json" is not a language file.*not valid JSON/)
  expect(messageOf('{}')).toMatch(/format/)
  expect(messageOf(JSON.stringify({ ...german, version: 2 }))).toMatch(/version/)
  expect(messageOf(JSON.stringify({ ...german, problems: { 'file.empty': '{file} ist leer' } }))).toMatch(
    /problems, "file.empty" names \{file\}; it has \{path\}/,
  )
  expect(messageOf(JSON.stringify({ ...german, texts: { 'Last run {1}': '{2}' } }))).toMatch(
    /texts, "Last run \{1\}" names \{2\}; it has \{1\}/,
  )
})
