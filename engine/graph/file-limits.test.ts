/** The largest file is read; what is larger or wrong is refused before much work is done with it, however much of it is wrong. */
import { afterEach, expect, it, vi } from 'vitest'
import { decodeFrame, encodeFrame } from '../protocol/frame.ts'
import { atOnce } from '../types/in-parts.ts'
import { SightlineError } from '../types/problem.ts'
import { type Document, fileLimits } from './document.ts'
import { parseFile, savingText, serialise } from './file.ts'
import { jsonLimits, parseMessage } from './json.ts'

const savedText = (document: Document): string => atOnce(savingText(document))

afterEach(() => vi.restoreAllMocks())

const base = { format: 'sightline', version: 1, nodes: [], edges: [] }
const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
const node = (i: number) => ({ id: `n${i}`, type: 'a/b', position: { x: i, y: 0 } })
const record = <T>(length: number, key: string, value: T) =>
  Object.fromEntries(list(length, (i) => [`${key}${i}`, value]))

function fault(file: unknown): string {
  try {
    parseFile(file)
    return 'none'
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    return `${error.code}: ${error.message}`
  }
}

it('reads as many nodes, wires and subgraphs as a file may have, and saves them', () => {
  const { nodes, wires, subgraphs } = fileLimits
  const edges = list(wires, (i) => ({ from: 'n0.image', to: `n${i % nodes}.in${i}` }))
  const full = parseFile({ ...base, nodes: list(nodes, node), edges: edges.slice(0, 15_000) })
  expect(Object.keys(full.nodes)).toHaveLength(nodes)
  expect(parseFile(savedText(full))).toEqual(full)
  expect(Object.keys(parseFile({ ...base, edges }).edges)).toHaveLength(wires)
  expect(Object.keys(parseFile({ ...base, graphs: record(subgraphs, 'g', { nodes: [] }) }).graphs)).toHaveLength(
    subgraphs,
  )
  for (const [file, what] of [
    [{ ...base, nodes: list(nodes + 1, node) }, 'nodes, frames and notes'],
    [{ ...base, nodes: list(9, node), graphs: { g: { nodes: list(nodes - 8, node) } } }, 'nodes, frames and notes'],
    [{ ...base, edges: [...edges, edges[0]] }, 'wires'],
    [{ ...base, graphs: { g: { nodes: [], inputs: { a: { to: new Array(wires + 1).fill('a.b') } } } } }, 'wires'],
    [{ ...base, graphs: record(subgraphs + 1, 'g', { nodes: [] }) }, 'subgraphs'],
  ] as const)
    expect(fault(file)).toMatch(new RegExp(`^document.too-many-nodes: .* ${what}; it may have`))
  expect(() => savedText({ ...full, nodes: { ...full.nodes, more: node(0) } })).toThrow('may have 5000')
})

it('counts the values of a file wherever they are', () => {
  const { values } = jsonLimits
  // The file itself, its four entries, and the list.
  const extra = (length: number) => ({ ...base, extra: new Array(length).fill(1) })
  expect(parseFile(extra(values - 6)).extra).toBeDefined()
  expect(parseFile(JSON.stringify(extra(values - 6))).extra).toBeDefined()
  for (const wrong of [
    extra(values - 5),
    { ...base, extra: record(values, 'k', null) },
    { ...base, nodes: [{ ...node(0), params: { matrix: list(500, () => new Array(500).fill(0)) } }] },
    JSON.stringify(extra(5 * values)),
    JSON.stringify({ ...base, extra: list(values, () => ({})) }),
  ])
    expect(fault(wrong)).toMatch(/^document.too-many: /)
})

it('takes texts that look like structure for texts', () => {
  const text = ',[{"\\'.repeat(19_000)
  const notes = list(50, (i) => ({ id: `t${i}`, text, position: { x: 0, y: 0 }, size: { width: 9, height: 9 } }))
  const file = parseFile(JSON.stringify({ ...base, notes }))
  expect(file.notes.t7?.text).toBe(text)
  expect(parseFile(savedText(file))).toEqual(file)
})

it('stops at the first faults, and names the place', () => {
  for (const [file, words] of [
    [{ ...base, nodes: [...list(4000, node), ...new Array(900).fill({})] }, /nodes\[4000\] needs type/],
    [{ ...base, nodes: list(500, node), edges: new Array(20_000).fill({ from: 1 }) }, /edges\[0\].from is 1/],
    [{ ...base, graphs: { g: { nodes: [...list(70, node), 7] } } }, /graphs\.g\.nodes\[70\] is 7; wanted a record/],
    [{ ...base, graphs: { g: { nodes: 7 } } }, /graphs\.g\.nodes is 7; wanted a list/],
    [{ ...base, nodes: 'n' }, /nodes is "n"; wanted a list/],
  ] as const) {
    const found = fault(file)
    expect(found).toMatch(words)
    expect(Number(/and (\d+) more/.exec(found)?.[1] ?? 0)).toBeLessThan(200)
  }
})

it('keeps the order and the unknown keys of what it checks in pieces', () => {
  const nodes = list(300, (i) => ({ ...node(i), mine: { i } }))
  const file = parseFile({ ...base, nodes, more: [1] })
  expect(Object.keys(file.nodes)).toEqual(nodes.map(({ id }) => id))
  expect(file.nodes.n299).toMatchObject({ mine: { i: 299 } })
  expect(serialise(file)).toMatchObject({ more: [1] })
})

it('a message with more values than a document has is refused before it is parsed', () => {
  const parse = vi.spyOn(JSON, 'parse')
  for (const part of ['1,', '[],', '{},', '"",', '"a":"b",', '[[[[', '""'])
    expect(() => parseMessage(`[${part.repeat(1_000_000)}1]`)).toThrow(SightlineError)
  expect(parse).not.toHaveBeenCalled()
  // As many as a document may have, each named again.
  const head = { type: 'edit', edit: list(5000, (i) => ({ table: 'nodes', id: `n${i}`, value: node(i) })) }
  expect(decodeFrame(encodeFrame(head), true).head).toEqual(head)
  expect(() => decodeFrame(encodeFrame({ list: new Array(400_000).fill(1) }), true)).toThrow('too many values')
})
