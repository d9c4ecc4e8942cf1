/** A file of words says what it can, is checked before it counts, and its template has every word. */
import { afterEach, expect, it } from 'vitest'
import { SightlineError, wordsOf } from '../../engine/types/problem.ts'
import { problemWords } from '../../engine/types/words.ts'
import { commands } from '../commands/index.ts'
import { readWords, template } from './file.ts'
import { labelOf, setWords } from './store.ts'

afterEach(() => setWords(undefined))

const german = {
  format: 'sightline-words',
  version: 1,
  language: 'Deutsch',
  problems: { 'file.empty': '„{path}“ ist leer (0 Bytes).', 'file.none': '', 'old.problem': 'x' },
  commands: { 'edit.undo': 'Rückgängig', 'old.command': 'x' },
}
const read = (file: unknown) => readWords(JSON.stringify(file), 'w.json', commands)
const messageOf = (text: string): string => {
  try {
    readWords(text, 'w.json', commands)
  } catch (error) {
    if (error instanceof SightlineError) return error.message
  }
  throw new Error('it was taken')
}

it('reads its own template, which has everything', () => {
  const words = template(commands)
  expect(read(words)).toEqual({ words, unknown: [] })
  expect(Object.keys(words.problems)).toEqual(Object.keys(problemWords))
  expect(Object.keys(words.commands)).toHaveLength(commands.length)
})

it('says problems and commands in its words, the rest in English', () => {
  const { words, unknown } = read(german)
  expect(unknown).toEqual(['old.problem', 'old.command'])
  setWords(words)
  expect(wordsOf({ code: 'file.empty', params: { path: 'a.png' } })).toBe('„a.png“ ist leer (0 Bytes).')
  expect(wordsOf({ code: 'file.none', params: {} })).toBe(problemWords['file.none'])
  expect(labelOf({ id: 'edit.undo', label: 'Undo' })).toBe('Rückgängig')
  expect(labelOf({ id: 'edit.redo', label: 'Redo' })).toBe('Redo')
  setWords(undefined)
  expect(labelOf({ id: 'edit.undo', label: 'Undo' })).toBe('Undo')
})

it('names what is wrong with a file', () => {
  expect(messageOf('{')).toMatch(/"w.json" is not a file of words.*not valid JSON/)
  expect(messageOf('{}')).toMatch(/format/)
  expect(messageOf(JSON.stringify({ ...german, version: 2 }))).toMatch(/version/)
  expect(messageOf(JSON.stringify({ ...german, problems: { 'file.empty': '{file} ist leer' } }))).toMatch(
    /"file.empty" names \{file\}; it has \{path\}/,
  )
})
