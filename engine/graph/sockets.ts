/**
 * Sockets that follow from a node's parameters (the inputs and outputs of a model's file). The engine asks the node's
 * definition for them; a catalogue carries what is known, by type and by the parameters that they follow from, so that nodes
 * in subgraphs, undone edits and copies find theirs at once.
 */
import { z } from 'zod'
import type { SocketSpec } from '../values/socket.ts'
import { type Catalogue, type KnownSockets, type NodeInfo, socketSpec } from './catalogue.ts'
import { cellsOf, withCells } from './cells.ts'
import { type Graph, type Subgraph, splitPort } from './document.ts'
import type { Sockets } from './node.ts'

export const socketsSchema = z.object({
  inputs: z.record(z.string(), socketSpec),
  outputs: z.record(z.string(), socketSpec),
})

/** A node as far as its sockets are concerned. */
export interface Typed {
  readonly type: string
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/** What the sockets of a node follow from, as text; undefined where they are the same for every node of its type. */
export function socketsKey(info: Pick<NodeInfo, 'type' | 'params' | 'socketsBy'>, node: Typed): string | undefined {
  if (!info.socketsBy) return undefined
  const given = info.socketsBy.map((name) =>
    node.params && Object.hasOwn(node.params, name) ? node.params[name] : info.params[name]?.default,
  )
  return `${info.type} ${JSON.stringify(given)}`
}

/** Also in the order in which they are shown. */
const same = (a: Sockets | undefined, b: Sockets | undefined): boolean =>
  a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b))

/** The same types, with these sockets known. The same catalogue where nothing changes, and the same sockets where these do not. */
export function withSockets(catalogue: Catalogue, sockets: KnownSockets): Catalogue {
  const before = catalogue.sockets ?? new Map<string, Sockets>()
  const next = new Map([...sockets].map(([key, now]) => [key, same(before.get(key), now) ? before.get(key) : now]))
  const unchanged = next.size === before.size && [...next].every(([key, now]) => before.get(key) === now)
  return unchanged ? catalogue : Object.assign(new Map(catalogue), { sockets: next as KnownSockets })
}

/** With what was told beside what is known already. */
export const learnSockets = (catalogue: Catalogue, told: Readonly<Record<string, Sockets>>): Catalogue =>
  withSockets(catalogue, new Map([...(catalogue.sockets ?? []), ...Object.entries(told)]))

/** The same information as the same object, so that nobody looks at a node again. */
const made = new WeakMap<Sockets, { readonly from: NodeInfo; readonly info: NodeInfo }>()

/** The type of a node, with the sockets of this node where they are known. `open` where they are still to come. */
export function typeOf(catalogue: Catalogue, node: Typed): NodeInfo | undefined {
  const info = catalogue.get(node.type)
  const cells = cellsOf(node)
  if (info && cells > 0) return withCells(info, cells)
  const key = info && socketsKey(info, node)
  const sockets = key === undefined ? undefined : catalogue.sockets?.get(key)
  if (!info || !sockets) return info
  const known = made.get(sockets)
  if (known?.from === info) return known.info
  const { open: _, ...rest } = info
  const next: NodeInfo = {
    ...rest,
    inputs: { ...info.inputs, ...sockets.inputs },
    outputs: { ...info.outputs, ...sockets.outputs },
  }
  made.set(sockets, { from: info, info: next })
  return next
}

const anything: SocketSpec = { type: 'any' }

/** The ports of a node that are named in its graph: by wires, and by the boundary of a subgraph. */
function namedPorts(graph: Graph | Subgraph, id: string): Sockets {
  const inputs: Record<string, SocketSpec> = {}
  const outputs: Record<string, SocketSpec> = {}
  const name = (ports: Record<string, SocketSpec>, ref: string): void => {
    const [node, port] = splitPort(ref)
    if (node === id) ports[port] = anything
  }
  for (const [to, from] of Object.entries(graph.edges)) {
    name(inputs, to)
    name(outputs, from)
  }
  if ('inputs' in graph) {
    for (const { to } of Object.values(graph.inputs)) for (const ref of to) name(inputs, ref)
    for (const { from } of Object.values(graph.outputs)) name(outputs, from)
  }
  return { inputs, outputs }
}

const isIn = (some: object, all: object): boolean => Object.keys(some).every((port) => Object.hasOwn(all, port))

/**
 * The sockets that a node shows. Where they are not known, or were others when its wires were drawn, those that the wires name
 * come after its own, so that no wire is hidden. `info` itself where it says it all.
 */
export function shownSockets(graph: Graph, id: string, info: NodeInfo | undefined): Sockets {
  if (info && !info.socketsBy) return info
  const named = namedPorts(graph, id)
  if (!info) return named
  if (isIn(named.inputs, info.inputs) && isIn(named.outputs, info.outputs)) return info
  return {
    inputs: { ...info.inputs, ...named.inputs, ...info.inputs },
    outputs: { ...info.outputs, ...named.outputs, ...info.outputs },
  }
}
