/**
 * Checks a file against its schema, a few records at a time: the first fault ends it, so that a file with a million of them is
 * refused as soon as one with a single one.
 */
import { z } from 'zod'
import { type Parts, together } from '../types/in-parts.ts'
import { SightlineError } from '../types/problem.ts'
import { type DocumentFile, fileGraph, fileLimits, fileSchema } from './document.ts'
import { schemaProblem } from './file-words.ts'

type Raw = Readonly<Record<string, unknown>>
type Path = readonly PropertyKey[]

const lists = ['nodes', 'edges', 'frames', 'notes'] as const

const isRecord = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A part of the file by its own schema. */
function checkPart<T>(schema: z.ZodType<T>, part: unknown, path: Path, file: Raw): T {
  const parsed = schema.safeParse(part)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: shifted(path, issue.path) }))
  throw schemaProblem(new z.ZodError(issues as z.core.$ZodIssue[]), file)
}

/** A place in a list that was cut from a longer one: `path` ends with where it was cut. */
const shifted = (path: Path, [index, ...rest]: Path): PropertyKey[] => {
  const from = path.at(-1)
  if (typeof from !== 'number' || typeof index !== 'number')
    return [...path, ...(index === undefined ? [] : [index, ...rest])]
  return [...path.slice(0, -1), from + index, ...rest]
}

/** The lists of a graph, with what the schema makes of them. */
function* checkLists(graph: Raw, path: Path, file: Raw): Parts<Raw> {
  const checked: Record<string, unknown> = {}
  for (const name of lists) {
    const list = graph[name]
    if (!Array.isArray(list)) continue
    const schema = fileGraph[name] as unknown as z.ZodType<readonly unknown[]>
    const found: unknown[] = []
    for (let from = 0; from < list.length; from += together) {
      found.push(...checkPart(schema, list.slice(from, from + together), [...path, name, from], file))
      yield
    }
    checked[name] = found
  }
  return checked
}

/** Its lists stand in for themselves, empty, while everything around them is checked. */
const hollow = (graph: Raw): Raw => ({
  ...graph,
  ...Object.fromEntries(lists.flatMap((name) => (Array.isArray(graph[name]) ? [[name, []]] : []))),
})

const count = (value: unknown): number =>
  Array.isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : 0

/** Throws `document.too-many-nodes`. */
function refuse(what: string, given: number, limit: number): void {
  if (given > limit) throw new SightlineError('document.too-many-nodes', { what, given, limit })
}

function checkCounts(file: Raw, graphs: readonly unknown[]): void {
  let [nodes, wires] = [0, 0]
  for (const graph of [file, ...graphs]) {
    if (!isRecord(graph)) continue
    nodes += count(graph.nodes) + count(graph.frames) + count(graph.notes)
    wires += count(graph.edges) + count(graph.inputs) + count(graph.outputs)
    if (isRecord(graph.inputs))
      for (const input of Object.values(graph.inputs)) wires += isRecord(input) ? count(input.to) : 0
  }
  refuse('nodes, frames and notes', nodes, fileLimits.nodes)
  refuse('wires', wires, fileLimits.wires)
}

/** The file as its schema has it, in parts. Throws `document.not-a-pipeline`, `document.too-many-nodes`. */
export function* checkingFile(file: Raw): Parts<DocumentFile> {
  refuse('subgraphs', count(file.graphs), fileLimits.subgraphs)
  const named = isRecord(file.graphs) ? Object.entries(file.graphs) : []
  checkCounts(
    file,
    named.map(([, graph]) => graph),
  )
  const hollowGraphs = Object.fromEntries(
    named.map(([name, graph]) => [name, isRecord(graph) ? hollow(graph) : graph] as const),
  )
  const whole = checkPart(
    fileSchema,
    { ...hollow(file), ...(isRecord(file.graphs) && { graphs: hollowGraphs }) },
    [],
    file,
  )
  const graphs: Record<string, unknown> = {}
  for (const [name, graph] of Object.entries(whole.graphs)) {
    const given = (file.graphs as Raw)[name] as Raw
    graphs[name] = { ...graph, ...(yield* checkLists(given, ['graphs', name], file)) }
  }
  return { ...whole, ...(yield* checkLists(file, [], file)), graphs } as DocumentFile
}
