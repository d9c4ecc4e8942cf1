/**
 * Copy, paste and duplicate. A copy is a small document of its own: as text it is a pipeline file, any pipeline file can be
 * pasted, and pasted content passes the same checks as a file.
 */
import { baseOf, Changes, freshId, type Point, placedTables, type Selection, subgraphTables } from './changes.ts'
import {
  type Document,
  emptyDocument,
  type Graph,
  type NodeRecord,
  type PortRef,
  type Subgraph,
  splitPort,
} from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { inSequence } from './edits.ts'
import { formatFile, parseFile } from './file.ts'
import { graphOf, own, subgraphName } from './info.ts'
import { sameJson } from './json.ts'

const pick = <T>(table: Readonly<Record<string, T>>, ids: Iterable<string>): Record<string, T> =>
  Object.fromEntries([...ids].flatMap((id) => (Object.hasOwn(table, id) ? [[id, table[id] as T]] : [])))

/** The definitions that these nodes use, directly or not. */
function graphsUsed(document: Document, graph: Pick<Graph, 'nodes'>): Record<string, Subgraph> {
  const used: Record<string, Subgraph> = {}
  const stack: Pick<Graph, 'nodes'>[] = [graph]
  for (let next = stack.pop(); next; next = stack.pop())
    for (const { type } of Object.values(next.nodes)) {
      const name = subgraphName(type)
      const inner = name === undefined ? undefined : own(document.graphs, name)
      if (name === undefined || !inner || Object.hasOwn(used, name)) continue
      used[name] = inner
      stack.push(inner)
    }
  return used
}

/** The selection as a document: nodes, the wires between them, frames and notes, and the subgraphs they use. */
export function copy(document: Document, selection: Selection, graph?: string): Document {
  const from = graphOf(document, graph)
  if (!from) throw impossible(`there is no subgraph "${graph}"`)
  const nodes = pick(from.nodes, selection.nodes ?? [])
  const inside = (ref: string): boolean => Object.hasOwn(nodes, splitPort(ref)[0])
  const edges = Object.fromEntries(Object.entries(from.edges).filter(([to, source]) => inside(to) && inside(source)))
  return {
    ...emptyDocument,
    nodes,
    edges,
    frames: pick(from.frames, selection.frames ?? []),
    notes: pick(from.notes, selection.notes ?? []),
    graphs: graphsUsed(document, { nodes }),
  }
}

/** The text for the clipboard. */
export const copyText = (document: Document, selection: Selection, graph?: string): string =>
  formatFile(copy(document, selection, graph))

export interface Pasted {
  readonly edit: Edit
  /** The new items. */
  readonly selection: { readonly nodes: string[]; readonly frames: string[]; readonly notes: string[] }
  /** Old id → new id. */
  readonly nodes: ReadonlyMap<string, string>
}

/** The definition with its uses of other definitions renamed. */
function withNames(graph: Subgraph, names: ReadonlyMap<string, string>): Subgraph {
  const nodes = Object.entries(graph.nodes).map(([id, record]) => [id, retyped(record, names)])
  return { ...graph, nodes: Object.fromEntries(nodes) }
}

function retyped(record: NodeRecord, names: ReadonlyMap<string, string>): NodeRecord {
  const name = subgraphName(record.type)
  const fresh = name === undefined ? undefined : names.get(name)
  return fresh === undefined || fresh === name ? record : { ...record, type: `graph/${fresh}` }
}

/**
 * The names under which the definitions are added: their own if the same definition, with everything it uses, exists already;
 * otherwise an unused one.
 */
function graphNames(document: Document, fragment: Document): ReadonlyMap<string, string> {
  const differ = new Set(
    Object.entries(fragment.graphs).flatMap(([name, graph]) => {
      const there = own(document.graphs, name)
      return there && sameJson(there, graph) ? [] : [name]
    }),
  )
  for (let before = -1; before !== differ.size; ) {
    before = differ.size
    for (const [name, graph] of Object.entries(fragment.graphs))
      if (Object.keys(graphsUsed(fragment, graph)).some((inner) => differ.has(inner))) differ.add(name)
  }
  const names = new Map<string, string>()
  const taken = new Set(Object.keys(document.graphs))
  for (const name of Object.keys(fragment.graphs)) {
    const fresh = differ.has(name) ? freshId(taken.has(name) ? baseOf(name) : name, (id) => taken.has(id)) : name
    taken.add(fresh)
    names.set(name, fresh)
  }
  return names
}

/**
 * Inserts a fragment into a graph with new ids, offset by `by`. It may be the text of a pipeline file; then this throws what
 * `parseFile` throws. Throws `edit.impossible` if a subgraph would contain itself.
 */
export function paste(
  document: Document,
  fragment: Document | string,
  by: Point = { x: 0, y: 0 },
  graph?: string,
): Pasted {
  const part = typeof fragment === 'string' ? parseFile(fragment) : fragment
  const changes = new Changes(document, graph)
  const graphs = graphNames(document, part)
  for (const [name, fresh] of graphs) {
    if (own(document.graphs, fresh)) continue
    const inner = withNames(part.graphs[name] as Subgraph, graphs)
    const { extra, wireExtra } = inner
    const unknown = { ...(extra && { extra }), ...(wireExtra && { wireExtra }) }
    changes.apply({ table: 'graphs', id: fresh, value: extra || wireExtra ? unknown : true })
    for (const table of subgraphTables)
      for (const [id, value] of Object.entries(inner[table] ?? {})) changes.putIn(fresh, table, id, value as never)
  }
  const names = {
    nodes: new Map<string, string>(),
    frames: new Map<string, string>(),
    notes: new Map<string, string>(),
  }
  for (const table of placedTables)
    for (const [old, thing] of Object.entries(part[table])) {
      const id = changes.freshId(table, Object.hasOwn(changes.graph[table], old) ? baseOf(old) : old)
      names[table].set(old, id)
      const { position } = thing
      const moved = { ...thing, position: { ...position, x: position.x + by.x, y: position.y + by.y } }
      const record = table === 'nodes' ? retyped(moved as NodeRecord, graphs) : moved
      const inner = table === 'nodes' ? subgraphName((record as NodeRecord).type) : undefined
      if (inner !== undefined && changes.wouldContainItself(inner))
        throw impossible(`the subgraph "${inner}" would contain itself`)
      changes.put(table, id, record as never)
    }
  for (const [to, from] of Object.entries(part.edges)) {
    const [end, input] = splitPort(to)
    const [start, output] = splitPort(from)
    const [newEnd, newStart] = [names.nodes.get(end), names.nodes.get(start)]
    if (newEnd !== undefined && newStart !== undefined)
      changes.put('edges', `${newEnd}.${input}`, `${newStart}.${output}`)
  }
  const selection = {
    nodes: [...names.nodes.values()],
    frames: [...names.frames.values()],
    notes: [...names.notes.values()],
  }
  return { edit: changes.edit, selection, nodes: names.nodes }
}

/**
 * Duplicates a selection beside itself.
 * @param keepInputs the copies also keep wires from outside the selection
 */
export function duplicate(
  document: Document,
  selection: Selection,
  by: Point = { x: 32, y: 32 },
  graph?: string,
  keepInputs = false,
): Pasted {
  const pasted = paste(document, copy(document, selection, graph), by, graph)
  if (!keepInputs) return pasted
  const around = graphOf(document, graph) ?? document
  const copyOf = (end: PortRef): PortRef[] => {
    const [node, port] = splitPort(end)
    const made = pasted.nodes.get(node)
    return made === undefined ? [] : [`${made}.${port}`]
  }
  const fed = (now: Document): Edit => {
    const changes = new Changes(now, graph)
    for (const [to, from] of Object.entries(around.edges))
      if (!pasted.nodes.has(splitPort(from)[0])) for (const end of copyOf(to)) changes.put('edges', end, from)
    for (const [port, input] of Object.entries(changes.subgraph?.inputs ?? {})) {
      const copies = input.to.flatMap(copyOf)
      if (copies.length > 0) changes.put('inputs', port, { ...input, to: [...input.to, ...copies] })
    }
    return changes.edit
  }
  return { ...pasted, edit: inSequence(document, () => pasted.edit, fed) }
}
