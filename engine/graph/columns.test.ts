/** Files without positions: laid out from left to right, nothing over another, nothing else changed. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SightlineError } from '../types/problem.ts'
import { type Document, emptyDocument, type Graph, splitPort } from './document.ts'
import { applyEdit } from './edit.ts'
import { formatFile, parseFile, serialise } from './file.ts'
import { dice, randomEdit } from './random-edits.ts'

/** How large a node is drawn at least (renderer/canvas/geometry.ts, a node with a preview). */
const size = { width: 184, height: 200 }

type Item = { readonly id: string; readonly position?: unknown }
type FileGraph = { readonly nodes: readonly Item[] }

/** The file of a document without the positions of some nodes. */
function without(document: Document, drop: (id: string) => boolean): Record<string, unknown> {
  const file = JSON.parse(JSON.stringify(serialise(document))) as FileGraph & { graphs?: Record<string, FileGraph> }
  const bare = <T extends FileGraph>(graph: T): T => ({
    ...graph,
    nodes: graph.nodes.map(({ position, ...node }) => (drop(node.id) ? node : { ...node, position })),
  })
  const graphs = Object.entries(file.graphs ?? {}).map(([name, graph]) => [name, bare(graph)])
  return { ...bare(file), ...(file.graphs && { graphs: Object.fromEntries(graphs) }) }
}

const graphsOf = (document: Document): [name: string, graph: Graph][] => [
  ['', document],
  ...Object.entries(document.graphs),
]
const withoutPositions = (document: Document): unknown => without(document, () => true)

function overlaps({ nodes }: Graph, of: (id: string) => boolean): string[] {
  const all = Object.entries(nodes)
  return all.flatMap(([id, a], i) =>
    all
      .slice(i + 1)
      .filter(([other]) => of(id) || of(other))
      .filter(
        ([, b]) =>
          Math.abs(a.position.x - b.position.x) < size.width && Math.abs(a.position.y - b.position.y) < size.height,
      )
      .map(([other]) => `${id} over ${other}`),
  )
}

/** Wires that do not run from left to right. Those on a circle cannot all. */
function backwards({ nodes, edges }: Graph): string[] {
  const wires = Object.entries(edges).map(([to, from]) => [splitPort(from)[0], splitPort(to)[0]] as const)
  const reach = (start: string): Set<string> => {
    const seen = new Set([start])
    for (const id of seen) for (const [from, to] of wires) if (from === id) seen.add(to)
    return seen
  }
  return wires.flatMap(([from, to]) => {
    const [source, target] = [nodes[from], nodes[to]]
    if (!source || !target || reach(to).has(from)) return []
    return source.position.x < target.position.x ? [] : [`${from} → ${to}`]
  })
}

/** A document after random edits. */
function randomDocument(seed: number, edits: number): Document {
  const roll = dice(seed)
  let document: Document = emptyDocument
  for (let done = 0; done < edits; done++)
    try {
      document = applyEdit(document, randomEdit(document, roll)).document
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
    }
  return document
}

describe('a file without positions', () => {
  it('opens in columns: a chain in a row, what shares a source below each other', () => {
    const node = (id: string) => ({ id, type: 'a/b' })
    const document = parseFile({
      format: 'sightline',
      version: 1,
      nodes: [node('edges'), node('photo'), node('gray'), node('blur')],
      edges: [
        { from: 'photo.image', to: 'gray.image' },
        { from: 'photo.image', to: 'blur.image' },
        { from: 'gray.image', to: 'edges.image' },
      ],
    })
    const { photo, gray, blur, edges } = document.nodes
    expect([photo, gray, blur, edges].map((at) => at?.position.x)).toEqual([0, 240, 240, 480])
    expect([photo, gray, edges].map((at) => at?.position.y)).toEqual([0, 0, 0])
    expect(blur?.position.y).toBeGreaterThan(size.height)
  })

  it('keeps all else of a file, of every random document; what is saved has positions and opens the same', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, edits) => {
        const given = randomDocument(seed, edits)
        const document = parseFile(withoutPositions(given))
        expect(withoutPositions(document)).toEqual(withoutPositions(given))
        for (const [, graph] of graphsOf(document)) {
          expect(backwards(graph)).toEqual([])
          expect(overlaps(graph, () => true)).toEqual([])
        }
        expect(parseFile(formatFile(document))).toEqual(document)
      }),
      { numRuns: 150 },
    )
  })

  it('leaves nodes that have a position where they are, and places the others clear of them', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 5 }), (seed, edits, n) => {
        const given = randomDocument(seed, edits)
        const drop = (id: string): boolean => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % n === 0
        const document = parseFile(without(given, drop))
        const before = new Map(graphsOf(given))
        for (const [name, graph] of graphsOf(document)) {
          for (const [id, { position }] of Object.entries(graph.nodes))
            if (!drop(id)) expect(position).toEqual(before.get(name)?.nodes[id]?.position)
          expect(overlaps(graph, drop)).toEqual([])
        }
      }),
      { numRuns: 100 },
    )
  })

  it('nodes in a circle are placed too', () => {
    const document = parseFile({
      format: 'sightline',
      version: 1,
      nodes: ['a', 'b', 'c'].map((id) => ({ id, type: 'x/y' })),
      edges: [
        { from: 'a.out', to: 'b.in' },
        { from: 'b.out', to: 'a.in' },
        { from: 'b.out', to: 'c.in' },
        { from: 'c.out', to: 'c.own' },
      ],
    })
    expect(['a', 'b', 'c'].map((id) => document.nodes[id]?.position.x)).toEqual([0, 240, 480])
  })

  it('of the fixture of version 1 opens as the same pipeline', () => {
    const given = parseFile(readFileSync(new URL('./fixtures/version-1.json', import.meta.url), 'utf8'))
    expect(withoutPositions(parseFile(withoutPositions(given)))).toEqual(withoutPositions(given))
  })
})
