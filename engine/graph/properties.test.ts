import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { SightlineError } from '../types/problem.ts'
import { problemWords } from '../types/words.ts'
import { check } from './analyse.ts'
import { type Document, emptyDocument, type Graph, type PortRef, splitPort } from './document.ts'
import { applyEdit, type Edit, patchSchema, WorkingCopy } from './edit.ts'
import { formatFile, parseFile } from './file.ts'
import { group, ungroup } from './group.ts'
import { begin, commit, type History, redo, settle, undo } from './history.ts'
import { subgraphName } from './info.ts'
import { dice, randomEdit } from './random-edits.ts'
import { problemsOf, shapesOf } from './report.ts'
import { catalogue, doc } from './test-graphs.ts'
import { flatten } from './topology.ts'

const versionOne = readFileSync(new URL('./fixtures/version-1.json', import.meta.url), 'utf8')

/** Invariants: no wire without its node, no wired port that a subgraph does not have, no input with two sources. */
function faultsOf(document: Document): string[] {
  const faults: string[] = []
  const needPort = (graph: Graph, ref: PortRef, side: 'inputs' | 'outputs'): void => {
    const [id, port] = splitPort(ref)
    const type = graph.nodes[id]?.type
    const inner = document.graphs[subgraphName(type ?? '') ?? '']
    if (type === undefined) faults.push(`${ref} has no node`)
    else if (inner && !Object.hasOwn(inner[side], port)) faults.push(`${ref} is none of the ${side} of ${type}`)
  }
  for (const graph of [document, ...Object.values(document.graphs)])
    for (const [to, from] of Object.entries(graph.edges)) {
      needPort(graph, to, 'inputs')
      needPort(graph, from, 'outputs')
    }
  for (const graph of Object.values(document.graphs)) {
    const ends = [...Object.keys(graph.edges), ...Object.values(graph.inputs).flatMap(({ to }) => to)]
    if (new Set(ends).size < ends.length) faults.push(`an input has two feeds: ${ends}`)
    for (const { to } of Object.values(graph.inputs)) for (const end of to) needPort(graph, end, 'inputs')
    for (const { from } of Object.values(graph.outputs)) needPort(graph, from, 'outputs')
  }
  return faults
}

/** As the host gets it: through JSON and the schema. */
const sent = (edit: Edit): Edit => edit.map((patch) => patchSchema.parse(JSON.parse(JSON.stringify(patch))))

it('applies each patch of an edit once, when it is made: the history takes the result', () => {
  const apply = vi.spyOn(WorkingCopy.prototype, 'apply')
  const roll = dice(11)
  let history: History = begin(parseFile(versionOne))
  let edits = 0
  for (let i = 0; i < 500; i++) {
    const { document } = history
    apply.mockClear()
    let edit: Edit
    try {
      edit = randomEdit(document, roll)
    } catch (error) {
      if (error instanceof SightlineError && error.code === 'edit.impossible') continue
      throw error
    }
    history = commit(history, edit, { label: '' })
    expect(apply).toHaveBeenCalledTimes(edit.length)
    expect(history.document).toEqual(applyEdit(document, sent(edit)).document)
    if (edit.length > 0) edits++
  }
  apply.mockRestore()
  expect(edits).toBeGreaterThan(200)
})

describe('10,000 random edits with undo and redo', () => {
  it('return to identical documents, in the window and in its mirror', () => {
    let edits = 0
    const session = (seed: number, steps: number, start: Document): void => {
      const roll = dice(seed)
      let history: History = begin(start)
      let mirror = start
      const follow = (move: { history: History; edit: Edit } | undefined): void => {
        if (!move) return
        history = move.history
        mirror = applyEdit(mirror, sent(move.edit)).document
      }
      for (let step = 0; step < steps; ) {
        const chance = roll(12)
        if (chance === 0) follow(undo(history))
        else if (chance === 1) follow(redo(history))
        else if (chance === 2) history = settle(history)
        else {
          let edit: Edit
          try {
            edit = randomEdit(history.document, roll)
          } catch (error) {
            if (error instanceof SightlineError && error.code === 'edit.impossible') continue
            throw error
          }
          const group = roll(3) ? {} : { group: 'gesture' }
          const next = commit(history, edit, { label: `${step}`, ...group })
          if (next === history) continue
          follow({ history: next, edit })
          expect(faultsOf(history.document)).toEqual([])
          step++
          edits++
        }
      }
      const end = settle(history)
      const text = formatFile(end.document)
      expect(formatFile(mirror)).toBe(text)
      expect(formatFile(parseFile(text))).toBe(text)
      let back = end
      for (let move = undo(back); move; move = undo(back)) back = move.history
      expect(back.document).toEqual(start)
      expect(formatFile(back.document)).toBe(formatFile(start))
      let forth = back
      for (let move = redo(forth); move; move = redo(forth)) forth = move.history
      // What was undone and not redone at the end comes back too, so the end is only an intermediate state.
      while (forth.past && forth.past.length > (end.past?.length ?? 0)) forth = undo(forth)?.history ?? forth
      expect(forth.document).toEqual(end.document)
      expect(formatFile(forth.document)).toBe(text)
    }
    const fixture = parseFile(versionOne)
    fc.assert(
      fc.property(fc.integer(), (seed) => session(seed, 250, seed % 2 ? fixture : emptyDocument)),
      { numRuns: 40, seed: 2, endOnFailure: true },
    )
    expect(edits).toBe(10_000)
  })
})

describe('a random selection', () => {
  const wires = (document: Document, strip: string): string[] =>
    [...flatten(document, catalogue).nodes.values()]
      .flatMap(({ id, inputs }) => Object.entries(inputs).map(([port, { node, port: from }]) => [id, port, node, from]))
      .map((parts) => parts.join(' ').replaceAll(strip, ''))
      .sort()

  it('grouped is wired as before, and taken apart again it is the same document', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { maxLength: 20 }),
        fc.subarray([...Array(10).keys()], { minLength: 1 }),
        fc.boolean(),
        (pairs, chosen, loose) => {
          const nodes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`n${i}`, 'math/blend']))
          const document = doc(
            nodes,
            pairs.map(([from, to, a]) => `n${from}.image > n${to}.${a ? 'a' : 'b'}`),
          )
          const made = group(document, { nodes: chosen.map((i) => `n${i}`) }, loose ? { catalogue } : {})
          const grouped = applyEdit(document, made.edit).document
          expect(faultsOf(grouped)).toEqual([])
          expect(wires(grouped, `${made.id}/`)).toEqual(wires(document, '-'))
          expect(applyEdit(grouped, ungroup(grouped, made.id).edit).document).toEqual(document)
        },
      ),
      { numRuns: 300, seed: 3 },
    )
  })
})

describe('2,000 mutated pipeline files', () => {
  const odd: readonly unknown[] = [
    null,
    true,
    -1,
    1e308,
    1.5,
    '',
    'blur',
    '__proto__',
    'a.b',
    [],
    {},
    [[]],
    { id: 'blur' },
  ]
  const keys = [
    'id',
    'type',
    'to',
    'from',
    'nodes',
    'edges',
    'graphs',
    'constructor',
    '__proto__',
    'position',
    'x',
    'new',
  ]

  /** Replaces, removes, duplicates or adds one thing somewhere in the value. */
  function mutateValue(value: unknown, roll: (n: number) => number): unknown {
    if (typeof value !== 'object' || value === null || roll(6) === 0) return odd[roll(odd.length)]
    if (Array.isArray(value)) {
      const list = [...value]
      const at = roll(list.length + 1)
      if (roll(4) === 0) list.splice(at, 1)
      else if (roll(3) === 0) list.push(list[at] ?? odd[roll(odd.length)])
      else list[at] = mutateValue(list[at], roll)
      return list
    }
    const entries = Object.entries(value)
    const at = roll(entries.length)
    const [key, inner] = entries[at] ?? ['new', 1]
    const what = roll(8)
    if (what === 0) entries.splice(at, 1)
    else if (what === 1) entries[at] = [keys[roll(keys.length)] as string, inner]
    else if (what === 2) entries.push([keys[roll(keys.length)] as string, odd[roll(odd.length)]])
    else entries[at] = [key, mutateValue(inner, roll)]
    return Object.fromEntries(entries)
  }

  function mutateText(text: string, roll: (n: number) => number): string {
    const at = roll(text.length)
    const length = 1 + roll(20)
    switch (roll(5)) {
      case 0:
        return text.slice(0, at)
      case 1:
        return text.slice(0, at) + text.slice(at + length)
      case 2:
        return text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length)
      case 3:
        return text.slice(0, at) + '{}[],:"\\0-e.\u0000é'[roll(15)] + text.slice(at + 1)
      default:
        return text.replaceAll(/"(blur|photo|detect|gray)/g, (name) => (roll(3) ? name : '"mix'))
    }
  }

  it('give a named error or a document that can be checked, edited and written', () => {
    const roll = dice(7)
    const outcomes = new Map<string, number>()
    for (let n = 0; n < 2000; n++) {
      let source: unknown = versionOne
      for (let times = 0; times <= roll(3); times++)
        source =
          typeof source === 'string' && roll(2) === 0
            ? mutateText(source, roll)
            : mutateValue(typeof source === 'string' ? tryJson(source) : source, roll)
      if (typeof source !== 'string' && roll(2)) source = JSON.stringify(source) ?? ''
      let document: Document
      try {
        document = parseFile(source)
      } catch (error) {
        if (!(error instanceof SightlineError)) throw error
        expect(error.code).toMatch(/^(document\..*|wire\.second)$/)
        expect(error.message, error.message).not.toMatch(/\{\w+\}|undefined|\[object/)
        outcomes.set(error.code, (outcomes.get(error.code) ?? 0) + 1)
        continue
      }
      outcomes.set('read', (outcomes.get('read') ?? 0) + 1)
      const text = formatFile(document)
      expect(formatFile(parseFile(text))).toBe(text)
      const analysis = check(document, catalogue)
      shapesOf(analysis)
      for (const { problem } of problemsOf(analysis)) expect(Object.keys(problemWords)).toContain(problem.code)
      try {
        applyEdit(document, randomEdit(document, roll))
      } catch (error) {
        if (!(error instanceof SightlineError) || error.code !== 'edit.impossible') throw error
      }
    }
    expect(({} as Record<string, unknown>).id).toBeUndefined()
    for (const outcome of [
      'read',
      'document.not-json',
      'document.not-a-pipeline',
      'document.unsafe-key',
      'document.duplicate-id',
    ])
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(10)
  })

  function tryJson(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }
})
