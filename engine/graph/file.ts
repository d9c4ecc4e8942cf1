/**
 * The pipeline file: read with care (it may come from anywhere) and written so that people can read and compare it. Unknown keys
 * are kept, at every level.
 */
import { atOnce, type Parts, together } from '../types/in-parts.ts'
import { formatJson } from '../types/json.ts'
import { SightlineError } from '../types/problem.ts'
import { below, inColumns } from './columns.ts'
import { type Document, type DocumentFile, formatVersion, type Graph, type PortRef, type Subgraph } from './document.ts'
import { checkingFile } from './file-check.ts'
import { checkingJson, checkJson, faultWords, givenWords, jsonLimits, parseJson } from './json.ts'
import { migrate } from './migrate.ts'

type FileGraph = Pick<DocumentFile, 'nodes' | 'edges' | 'frames' | 'notes'>

const notAPipeline = (where: string, message: string): SightlineError =>
  new SightlineError('document.not-a-pipeline', { where, message })

function byId<T extends { id: string }>(items: readonly T[]): Record<string, Omit<T, 'id'>> {
  const table: Record<string, Omit<T, 'id'>> = {}
  for (const { id, ...record } of items) {
    if (Object.hasOwn(table, id)) throw new SightlineError('document.duplicate-id', { id })
    table[id] = record
  }
  return table
}

/** Nodes without a position stand in columns, below those that have one. */
function readNodes(items: FileGraph['nodes'], edges: Graph['edges']): Graph['nodes'] {
  const nodes = byId(items)
  const missing = items.filter(({ position }) => !position).map(({ id }) => id)
  if (missing.length === 0) return nodes as Graph['nodes']
  const places = inColumns(missing, edges, below(items.flatMap(({ position }) => position ?? [])))
  for (const [id, position] of places) nodes[id] = { ...nodes[id], position } as (typeof nodes)[string]
  return nodes as Graph['nodes']
}

function readGraph(file: FileGraph, extra: Record<string, unknown>): Graph {
  const edges: Record<PortRef, PortRef> = {}
  const wireExtra: Record<PortRef, Record<string, unknown>> = {}
  for (const { to, ...wire } of file.edges) {
    if (Object.hasOwn(edges, to)) throw new SightlineError('wire.second', { port: to })
    edges[to] = wire.from
    if (Object.keys(wire).length > 1) wireExtra[to] = wire
  }
  return {
    nodes: readNodes(file.nodes, edges),
    edges,
    frames: byId(file.frames) as Graph['frames'],
    notes: byId(file.notes) as Graph['notes'],
    ...(Object.keys(extra).length > 0 && { extra }),
    ...(Object.keys(wireExtra).length > 0 && { wireExtra }),
  }
}

function readSubgraph(file: DocumentFile['graphs'][string]): Subgraph {
  const { nodes, edges, frames, notes, inputs, outputs, params = {}, ...extra } = file
  const graph = readGraph({ nodes, edges, frames, notes }, extra)
  const fed = new Set(Object.keys(graph.edges))
  for (const port of Object.values(inputs).flatMap((input) => input.to)) {
    if (fed.has(port)) throw new SightlineError('wire.second', { port })
    fed.add(port)
  }
  return { ...graph, inputs, outputs, ...(Object.keys(params).length > 0 && { params }) }
}

/**
 * The document in a file's text, or in its JSON value.
 * Throws a SightlineError, `document.*` or `wire.second`, that says where and what is wrong. Nodes of unknown types and wires
 * that lead nowhere are not errors here: they stay in the document, and the checks report them.
 */
export function parseFile(source: unknown): Document {
  return atOnce(parsingFile(source))
}

/** `parseFile` in parts. */
export function* parsingFile(source: unknown): Parts<Document> {
  const raw = typeof source === 'string' ? parseJson(source) : source
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw notAPipeline('it', `is ${givenWords(raw)}; wanted a record with "format": "sightline"`)
  if (typeof source !== 'string') yield* checkingJson(raw as Record<string, unknown>)
  const { format } = raw as Record<string, unknown>
  if (format !== 'sightline')
    throw notAPipeline('format', `is ${format === undefined ? 'missing' : givenWords(format)}; wanted "sightline"`)
  const current = migrate(raw as Record<string, unknown>)
  const { format: _, version, title, nodes, edges, frames, notes, graphs, ...extra } = yield* checkingFile(current)
  yield
  return {
    ...readGraph({ nodes, edges, frames, notes }, extra),
    ...(title !== undefined && { title }),
    graphs: Object.fromEntries(Object.entries(graphs).map(([name, graph]) => [name, readSubgraph(graph)])),
  }
}

const sorted = <T>(table: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1))

const sortedRecord = <T>(table: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(sorted(table))

/** The keys of a record in this order; others follow in their own order. */
const keyOrder = ['type', 'version', 'title', 'text', 'params', 'position', 'size', 'colour', 'bypass', 'collapsed']

function writeRecord<T extends object>(id: string, record: T): T & { id: string } {
  const out: Record<string, unknown> = { id }
  const from = record as Record<string, unknown>
  for (const key of keyOrder) if (from[key] !== undefined) out[key] = from[key]
  for (const key of Object.keys(from)) if (key !== 'id' && from[key] !== undefined) out[key] = from[key]
  if (out.params) out.params = sortedRecord(out.params as Record<string, unknown>)
  return out as T & { id: string }
}

function writeGraph({ nodes, edges, frames, notes, wireExtra }: Graph) {
  const records = <T extends object>(table: Readonly<Record<string, T>>) =>
    sorted(table).map(([id, record]) => writeRecord(id, record))
  const wires = sorted(edges).map(([to, from]) => {
    const known = wireExtra?.[to]
    return known?.from === from ? { ...known, from, to } : { from, to }
  })
  return {
    nodes: records(nodes),
    edges: wires.map(({ from, to, ...rest }) => ({ from, to, ...rest })),
    ...(Object.keys(frames).length > 0 && { frames: records(frames) }),
    ...(Object.keys(notes).length > 0 && { notes: records(notes) }),
  }
}

function writeSubgraph(graph: Subgraph) {
  return {
    inputs: sortedRecord(graph.inputs),
    outputs: sortedRecord(graph.outputs),
    ...(graph.params && { params: sortedRecord(graph.params) }),
    ...writeGraph(graph),
    ...graph.extra,
  }
}

/** A document's file as a JSON value in canonical order: equal documents give equal files. */
export function serialise(document: Document): DocumentFile {
  const graphs = sorted(document.graphs).map(([name, graph]) => [name, writeSubgraph(graph)])
  return {
    format: 'sightline',
    version: formatVersion,
    ...(document.title !== undefined && { title: document.title }),
    ...writeGraph(document),
    ...(graphs.length > 0 && { graphs: Object.fromEntries(graphs) }),
    ...document.extra,
  } as DocumentFile
}

/**
 * The text of the file for saving: whatever this gives, `parseFile` reads.
 * Throws `document.not-saved` where it could not, with the reason: too large, too deep, no JSON.
 */
export function* savingText(document: Document): Parts<string> {
  try {
    const file = serialise(document)
    yield
    checkJson(file, [], true)
    yield
    const text = yield* formatting(file)
    const { length: bytes } = new TextEncoder().encode(text)
    if (bytes > jsonLimits.bytes) throw new SightlineError('document.too-large', { bytes, limit: jsonLimits.bytes })
    yield
    yield* parsingFile(text)
    return text
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    throw new SightlineError('document.not-saved', { reason: faultWords(error) }, error)
  }
}

/** The text of the file: two spaces, short records on one line, a newline at the end. */
export const formatFile = (document: Document): string => atOnce(formatting(serialise(document)))

/** `formatJson` of the whole, in parts. */
function* formatting(file: DocumentFile): Parts<string> {
  const entries: string[] = []
  for (const [key, value] of Object.entries(file)) {
    if (value === undefined) continue
    const lines: string[] = []
    if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
      for (const [index, item] of value.entries()) {
        lines.push(`    ${formatJson(item, '    ')}`)
        if (index % together === 0) yield
      }
    entries.push(
      `  ${JSON.stringify(key)}: ${lines.length > 0 ? `[\n${lines.join(',\n')}\n  ]` : formatJson(value, '  ')}`,
    )
  }
  return `{\n${entries.join(',\n')}\n}\n`
}
