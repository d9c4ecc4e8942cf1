/** Groups nodes into a subgraph, and ungroups it. Wires across the edge become its inputs and outputs. */

import { portName } from './boundary.ts'
import type { Catalogue } from './catalogue.ts'
import { Changes, freshId, idFrom, type Point, placedTables, type Selection } from './changes.ts'
import { insideUse } from './composite.ts'
import { type Document, type Graph, type PortRef, type Subgraph, splitPort } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { infoOf, own, subgraphName } from './info.ts'

const portOf = (ref: PortRef): string => splitPort(ref)[1]

/**
 * The centre of a graph's nodes (of its frames and notes, if it has no nodes), in whole pixels, so that adding and subtracting
 * it changes nothing.
 */
function middle(graph: Pick<Graph, 'nodes' | 'frames' | 'notes'>): Point {
  const nodes = Object.values(graph.nodes)
  const things = nodes.length > 0 ? nodes : [...Object.values(graph.frames), ...Object.values(graph.notes)]
  const places = things.map(({ position }) => position)
  if (places.length === 0) return { x: 0, y: 0 }
  const mid = (values: number[]): number => Math.round((Math.min(...values) + Math.max(...values)) / 2)
  return { x: mid(places.map(({ x }) => x)), y: mid(places.map(({ y }) => y)) }
}

const pick = <T>(table: Readonly<Record<string, T>>, ids: Iterable<string>): Record<string, T> =>
  Object.fromEntries([...ids].flatMap((id) => (Object.hasOwn(table, id) ? [[id, table[id] as T]] : [])))

/** A port of the new subgraph. */
interface Port {
  readonly name: string
  /** Inputs: the ends inside that it feeds. Outputs: the ends outside that it feeds. */
  readonly ends: PortRef[]
  /** What feeds it, if anything in this graph does: outside for an input, inside for an output. */
  readonly from: PortRef | undefined
}
/** By what feeds the port: ends with the same source share one. */
type Ports = Map<string, Port>

function addEnd(ports: Ports, key: string, like: PortRef, end: PortRef | undefined, from?: PortRef): void {
  let port = ports.get(key)
  if (!port) {
    const taken = new Set([...ports.values()].map(({ name }) => name))
    port = { name: portName(like, (id) => taken.has(id)), ends: [], from }
    ports.set(key, port)
  }
  if (end !== undefined) port.ends.push(end)
}

interface Crossing {
  readonly inputs: Ports
  readonly outputs: Ports
  /** Wires that stay inside, to → from. */
  readonly within: readonly (readonly [PortRef, PortRef])[]
  /** Inputs inside that are fed, outputs inside that are used. */
  readonly fed: ReadonlySet<PortRef>
  readonly used: ReadonlySet<PortRef>
}

/** An input of the enclosing subgraph, as a port's source. */
const aroundKey = (port: string): string => `around ${port}`

function crossingOf(graph: Graph, around: Subgraph | undefined, isInside: (ref: PortRef) => boolean): Crossing {
  const inputs: Ports = new Map()
  const outputs: Ports = new Map()
  const fed = new Set<PortRef>()
  const used = new Set<PortRef>()
  const within: [PortRef, PortRef][] = []
  for (const [to, from] of Object.entries(graph.edges)) {
    if (isInside(to)) fed.add(to)
    if (isInside(from)) used.add(from)
    if (isInside(to) && isInside(from)) within.push([to, from])
    else if (isInside(to)) addEnd(inputs, from, to, to, from)
    else if (isInside(from)) addEnd(outputs, from, from, to, from)
  }
  for (const [port, { to }] of Object.entries(around?.inputs ?? {}))
    for (const end of to.filter(isInside)) {
      fed.add(end)
      addEnd(inputs, aroundKey(port), end, end)
    }
  for (const { from } of Object.values(around?.outputs ?? {}))
    if (isInside(from)) {
      used.add(from)
      addEnd(outputs, from, from, undefined, from)
    }
  return { inputs, outputs, within, fed, used }
}

/** Adds ports for unwired sockets: inputs that the nodes wait for, and the main output of nodes that nothing uses. */
function exposeLoose(
  document: Document,
  catalogue: Catalogue,
  nodes: Graph['nodes'],
  { inputs, outputs, fed, used }: Crossing,
): void {
  for (const [id, record] of Object.entries(nodes)) {
    const info = infoOf(document, catalogue, record)
    if (!info) continue
    for (const [port, socket] of Object.entries(info.inputs)) {
      const end = `${id}.${port}`
      if (!socket.optional && !fed.has(end)) addEnd(inputs, `loose ${end}`, end, end)
    }
    const ports = Object.keys(info.outputs)
    const shown = info.preview ?? ports[0]
    if (shown === undefined || ports.some((port) => used.has(`${id}.${port}`))) continue
    addEnd(outputs, `${id}.${shown}`, `${id}.${shown}`, undefined, `${id}.${shown}`)
  }
}

export interface Grouped {
  readonly edit: Edit
  /** The node that replaces them, and the name of its definition. */
  readonly id: string
  readonly name: string
}

/**
 * Groups several nodes into one. Frames and notes of the selection move inside with them.
 * @param catalogue if given, unwired inputs and unused results get ports too
 */
export function group(
  document: Document,
  selection: Selection,
  { title = 'Group', catalogue }: { readonly title?: string; readonly catalogue?: Catalogue } = {},
  graph?: string,
): Grouped {
  const changes = new Changes(document, graph)
  const ids = new Set(selection.nodes)
  if (ids.size === 0) throw impossible('there is nothing to group')
  for (const id of ids) changes.node(id)
  const { graph: here, subgraph: around } = changes
  const isInside = (ref: PortRef): boolean => ids.has(splitPort(ref)[0])
  const part = {
    nodes: pick(here.nodes, ids),
    frames: pick(here.frames, selection.frames ?? []),
    notes: pick(here.notes, selection.notes ?? []),
  }
  const crossing = crossingOf(here, around, isInside)
  const { inputs, outputs } = crossing
  if (catalogue) exposeLoose(document, catalogue, part.nodes, crossing)
  const touching = Object.entries(here.edges).flatMap(([to, from]) => (isInside(to) || isInside(from) ? [to] : []))

  const name = freshId(idFrom(title, 'group'), (taken) => Object.hasOwn(document.graphs, taken))
  changes.apply({ table: 'graphs', id: name, value: true })
  for (const table of placedTables)
    for (const [key, record] of Object.entries(part[table])) changes.putIn(name, table, key, record as never)
  for (const [to, from] of crossing.within) changes.putIn(name, 'edges', to, from)
  for (const port of inputs.values()) changes.putIn(name, 'inputs', port.name, { to: port.ends })
  for (const port of outputs.values()) if (port.from) changes.putIn(name, 'outputs', port.name, { from: port.from })

  const id = changes.freshId('nodes', name)
  // What the subgraph around sets inside goes through the new one.
  for (const [param, exposed] of Object.entries(around?.params ?? {})) {
    const within = exposed.to.filter(isInside)
    if (within.length === 0) continue
    changes.putIn(name, 'params', param, { to: within })
    changes.put('params', param, { ...exposed, to: [...exposed.to.filter((ref) => !isInside(ref)), `${id}.${param}`] })
  }
  for (const to of touching) changes.put('edges', to, undefined)
  for (const table of placedTables) for (const key of Object.keys(part[table])) changes.put(table, key, undefined)
  changes.put('nodes', id, { type: `graph/${name}`, position: middle(part) })
  for (const port of inputs.values()) if (port.from) changes.put('edges', `${id}.${port.name}`, port.from)
  for (const port of outputs.values()) for (const to of port.ends) changes.put('edges', to, `${id}.${port.name}`)
  for (const [port, input] of Object.entries(around?.inputs ?? {})) {
    const inner = inputs.get(aroundKey(port))
    if (!inner) continue
    changes.put('inputs', port, { ...input, to: [...input.to.filter((end) => !isInside(end)), `${id}.${inner.name}`] })
  }
  for (const [port, output] of Object.entries(around?.outputs ?? {})) {
    const inner = outputs.get(output.from)
    if (inner) changes.put('outputs', port, { ...output, from: `${id}.${inner.name}` })
  }
  return { edit: changes.edit, id, name }
}

export interface Ungrouped {
  readonly edit: Edit
  /** The nodes that were inside. */
  readonly selection: { readonly nodes: string[]; readonly frames: string[]; readonly notes: string[] }
}

/** Replaces the node by its content. An unused definition is removed. If the node was bypassed, so are all of them. */
export function ungroup(document: Document, id: string, graph?: string): Ungrouped {
  const changes = new Changes(document, graph)
  const record = changes.node(id)
  const name = subgraphName(record.type)
  const definition = name === undefined ? undefined : own(document.graphs, name)
  const inner = definition && insideUse(definition, record)
  if (!inner || name === undefined) throw impossible(`"${id}" is no subgraph`)
  if (name === graph) throw impossible(`the subgraph "${name}" contains itself`)
  const before = changes.graph.edges
  const into = Object.entries(before).filter(([to]) => splitPort(to)[0] === id)
  const outOf = Object.entries(before).filter(([, from]) => splitPort(from)[0] === id)
  const outer = changes.subgraph
  const outerInputs = Object.entries(outer?.inputs ?? {})
  const outerOutputs = Object.entries(outer?.outputs ?? {})
  for (const [to] of [...into, ...outOf]) changes.put('edges', to, undefined)
  changes.put('nodes', id, undefined)

  const centre = middle(inner)
  const by = { x: record.position.x - centre.x, y: record.position.y - centre.y }
  const names = {
    nodes: new Map<string, string>(),
    frames: new Map<string, string>(),
    notes: new Map<string, string>(),
  }
  for (const table of placedTables)
    for (const [old, thing] of Object.entries(inner[table])) {
      const fresh = changes.freshId(table, old)
      names[table].set(old, fresh)
      const position = { ...thing.position, x: thing.position.x + by.x, y: thing.position.y + by.y }
      const bypass = table === 'nodes' && record.bypass ? { bypass: true } : {}
      changes.put(table, fresh, { ...thing, position, ...bypass } as never)
    }
  const renamed = (ref: PortRef): PortRef => {
    const [node, port] = splitPort(ref)
    return `${names.nodes.get(node) ?? node}.${port}`
  }
  const endsOf = (ref: PortRef): PortRef[] => (own(inner.inputs, portOf(ref))?.to ?? []).map(renamed)
  const sourceOf = (ref: PortRef): PortRef | undefined => {
    const found = own(inner.outputs, portOf(ref))?.from
    return found === undefined ? undefined : renamed(found)
  }
  const isHere = (ref: PortRef): boolean => splitPort(ref)[0] === id

  for (const [to, from] of Object.entries(inner.edges)) changes.put('edges', renamed(to), renamed(from))
  for (const [to, from] of into) {
    const source = isHere(from) ? sourceOf(from) : from
    if (source !== undefined) for (const end of endsOf(to)) changes.put('edges', end, source)
  }
  for (const [to, from] of outOf) {
    const source = sourceOf(from)
    if (source !== undefined && !isHere(to)) changes.put('edges', to, source)
  }
  for (const [port, input] of outerInputs) {
    if (!input.to.some(isHere) || changes.name === undefined) continue
    const to = input.to.flatMap((end) => (isHere(end) ? endsOf(end) : [end]))
    changes.feed(port, input, to, changes.name)
  }
  for (const [port, output] of outerOutputs) {
    if (!isHere(output.from) || changes.name === undefined) continue
    const from = sourceOf(output.from)
    if (from !== undefined) changes.put('outputs', port, { ...output, from })
    else changes.dropOutput(port, changes.name)
  }
  for (const [param, exposed] of Object.entries(outer?.params ?? {})) {
    if (!exposed.to.some(isHere)) continue
    const to = exposed.to.flatMap((ref) =>
      isHere(ref) ? (own(inner.params, portOf(ref))?.to ?? []).map(renamed) : [ref],
    )
    changes.put('params', param, to.length > 0 ? { ...exposed, to } : undefined)
  }
  if (!changes.isUsed(name)) changes.dropGraph(name)
  const selection = {
    nodes: [...names.nodes.values()],
    frames: [...names.frames.values()],
    notes: [...names.notes.values()],
  }
  return { edit: changes.edit, selection }
}
