/** Texts are found by their English, with placeholders filled; adjacent texts are one; the user's own text stays. */
import type { ReactElement } from 'react'
import { afterEach, expect, it } from 'vitest'
import { textsIn } from '../../host/build/texts.ts'
import { jsx, jsxs } from './jsx/jsx-runtime.ts'
import { say } from './say.ts'
import { setWords } from './store.ts'

const speak = (texts: Record<string, string>): void =>
  setWords({ format: 'sightline-words', version: 1, language: 'x', problems: {}, texts })
const childrenOf = (element: ReactElement): unknown => (element as ReactElement<{ children?: unknown }>).props.children
afterEach(() => setWords(undefined))

it('fills in what was filled in, in the order of the other language, and says it too', () => {
  speak({ '{1} was moved to {2}': 'nach {2}: {1}', Blur: 'Weichzeichner', 'Last run {1}': 'Zuletzt {1}' })
  expect(say('Blur was moved to a.b')).toBe('nach a.b: Weichzeichner')
  expect(say('  Last run 3 ms ')).toBe('  Zuletzt 3 ms ')
  expect(say('First run 3 ms')).toBe('First run 3 ms')
})

it('takes the text that leaves the least open', () => {
  speak({ 'Save {1}': 'a', 'Save {1} as a copy': 'b' })
  expect(say('Save x as a copy')).toBe('b')
})

it('fills only numbers into what could be anything', () => {
  speak({ '{1} is {2}.': 'X', '{1} of {2}': '{1} von {2}' })
  expect(say('The sky is blue.')).toBe('The sky is blue.')
  expect(say('2 of 6')).toBe('2 von 6')
  expect(say('edges of photo')).toBe('edges of photo')
})

it('says texts in a row as one, and leaves everything in its place', () => {
  speak({ '{1} nodes selected': 'ausgewählt: {1}', Close: 'Schließen', Title: 'Titel', and: 'und' })
  const kept = jsx('b', { children: 'Close' })
  expect(childrenOf(kept)).toBe('Schließen')
  expect(childrenOf(jsxs('p', { children: [3, ' nodes', false, ' selected', kept] }))).toEqual([
    'ausgewählt: 3',
    null,
    null,
    null,
    kept,
  ])
  expect(childrenOf(jsxs('p', { children: ['Close', kept, ' and more'] }))).toEqual(['Schließen', kept, ' and more'])
  const field = jsx('input', { value: 'Close', 'aria-label': 'Title' }) as ReactElement<Record<string, unknown>>
  expect(field.props).toMatchObject({ value: 'Close', 'aria-label': 'Titel' })
})

it('passes everything on where there are no other words', () => {
  const props = { children: ['Close', 1] }
  expect(jsxs('p', props).props).toEqual(props)
})

it('finds the texts of a component, and nothing that is none', () => {
  const source = `
    import x from './Not this.tsx'
    const label = 'Fit the picture'
    const why = \`Needs \${what} at "\${port}"\`
    export const A = ({ n }) => (
      <div className="Not This" title="What it does">
        Last run {n} of
        many
        <b key="Not it">{count(n, 'node')}</b>, then.
        {n > 3 && <i>Too many!</i>}
      </div>
    )
    throw new Error('Not this either')`
  expect(textsIn(source, 'a.tsx')).toEqual([
    'Fit the picture',
    'Needs {1} at "{2}"',
    'Last run {1} of many',
    ', then.',
    'What it does',
    '{1} node',
    '{1} nodes',
    'Too many!',
  ])
})
