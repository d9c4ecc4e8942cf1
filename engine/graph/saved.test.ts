/** Whatever can be saved can be opened again, and is the same; and an edit is checked as a file is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../types/in-parts.ts'
import { SightlineError } from '../types/problem.ts'
import { type Document, emptyDocument } from './document.ts'
import { applyEdit, type Patch, patchSchema } from './edit.ts'
import { parseFile, savingText, serialise } from './file.ts'
import { jsonLimits } from './json.ts'

const savedText = (document: Document): string => atOnce(savingText(document))

const position = { x: 0, y: 0 }
const size = { width: 10, height: 10 }
const nested = (levels: number): unknown => (levels === 0 ? 1 : { deeper: nested(levels - 1) })

/** Values that JSON has, and some that it does not. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 20, max: 60 }).map(nested),
  fc.constantFrom(
    JSON.parse('1e999'),
    JSON.parse('-1e999'),
    JSON.parse('{"__proto__": 1}'),
    '\ud800',
    '\0',
    -0,
    5e-324,
  ),
)
const id = fc.constantFrom('a', 'b', 'c')
const graph = fc.constantFrom(undefined, 'g')
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.nat(3000).map((n) => '界'.repeat(n)),
)
const patches: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    graph,
    table: fc.constant('nodes'),
    id,
    value: fc.record({
      type: fc.constant('t/t'),
      position: fc.constant(position),
      params: fc.dictionary(fc.string(), anything, { maxKeys: 2 }),
      extra: anything,
    }),
  }),
  fc.record({
    graph,
    table: fc.constant('notes'),
    id,
    value: fc.record({ text, position: fc.constant(position), size: fc.constant(size), extra: anything }),
  }),
  fc.record({
    graph,
    table: fc.constant('frames'),
    id,
    value: fc.record({
      title: fc.string(),
      position: fc.record({ x: fc.double(), y: fc.double() }),
      size: fc.constant(size),
    }),
  }),
  fc.record({
    graph,
    table: fc.constant('edges'),
    id: id.map((to) => `${to}.image`),
    value: id.map((from) => `${from}.image`),
  }),
  fc.record({
    table: fc.constant('graphs'),
    id: fc.constantFrom('g', 'h'),
    value: fc.oneof(
      fc.constant(true),
      fc.record({ extra: fc.dictionary(fc.constantFrom('x', 'y', 'about'), anything) }),
    ),
  }),
  fc.record({ table: fc.constant('title'), id: fc.constant(''), value: text }),
)

/** As the engine takes it from a window: through the schema. Undefined where it is refused. */
function edited(document: Document, patch: object): Document | undefined {
  const parsed = patchSchema.safeParse(patch)
  if (!parsed.success) return undefined
  try {
    return applyEdit(document, [parsed.data]).document
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'edit.impossible') return undefined
    throw error
  }
}

it('whatever edits make is saved and opens as the same document', () => {
  let [saved, refused] = [0, 0]
  fc.assert(
    fc.property(fc.array(patches, { maxLength: 12 }), (list) => {
      let document: Document = emptyDocument
      for (const patch of list) {
        const next = edited(document, patch)
        document = next ?? document
        if (!next) refused++
      }
      const text = savedText(document)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(serialise(document))))
      expect(savedText(parseFile(text))).toBe(text)
      saved++
    }),
    { numRuns: 600 },
  )
  expect(saved).toBeGreaterThan(500)
  expect(refused).toBeGreaterThan(100)
})

it('a key that is undefined is as good as none', () => {
  const value = { type: 't/t', position, title: undefined, params: { a: undefined, b: [1, { c: undefined }] } }
  const { document } = applyEdit(emptyDocument, [{ table: 'nodes', id: 'a', value } as unknown as Patch])
  expect(parseFile(savedText(document)).nodes.a).toEqual({ type: 't/t', position, params: { b: [1, {}] } })
})

describe('what a file cannot hold', () => {
  const withNotes = (count: number, letter: string, bytes: number): Document => {
    const text = letter.repeat(bytes / new TextEncoder().encode(letter).length)
    const ids = Array.from({ length: count }, (_, i) => `n${i}`)
    return applyEdit(
      emptyDocument,
      ids.map((id): Patch => ({ table: 'notes', id, value: { text, position, size } })),
    ).document
  }

  it.each(['a', 'ж', '界', '\n'])('is not saved where it is too large, counted in bytes (%j)', (letter) => {
    const fits = withNotes(80, letter, 90_000)
    expect(parseFile(savedText(fits))).toEqual(fits)
    expect(() => savedText(withNotes(190, letter, 90_000))).toThrow(
      expect.objectContaining({ code: 'document.not-saved', params: { reason: expect.stringContaining('16777216') } }),
    )
  })

  it('is saved up to the last byte', () => {
    const at = (bytes: number): Document => {
      const full = withNotes(187, 'a', 90_000)
      const last = (length: number): Document => ({
        ...full,
        notes: { ...full.notes, n0: { text: 'a'.repeat(length), position, size } },
      })
      return last(bytes - savedText(last(0)).length)
    }
    expect(savedText(at(jsonLimits.bytes))).toHaveLength(jsonLimits.bytes)
    expect(() => savedText(at(jsonLimits.bytes + 1))).toThrow(SightlineError)
  })

  it.each([
    ['60 levels', nested(60), /deeper than 32/],
    ['an endless number', JSON.parse('1e999'), /Infinity/],
    ['a key that reaches prototypes', JSON.parse('{"__proto__": {"x": 1}}'), /__proto__/],
  ])('does not come in by an edit: %s', (_, extra, words) => {
    const patch = patchSchema.parse({ table: 'nodes', id: 'a', value: { type: 't/t', position, extra } })
    expect(() => applyEdit(emptyDocument, [patch])).toThrow(words)
    // Nor by another way.
    const document = { ...emptyDocument, nodes: { a: { type: 't/t', position, extra } } } as Document
    expect(() => savedText(document)).toThrow(words)
  })
})
