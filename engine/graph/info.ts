/** What is known of a node's type: from the catalogue, or, for a subgraph, from its content. */
import { isParamValue, type ParamSpec } from '../types/param.ts'
import type { SocketSpec } from '../values/socket.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { insideComposite, insideUse } from './composite.ts'
import { type Document, type Graph, type NodeRecord, type PortRef, type Subgraph, splitPort } from './document.ts'
import { type Typed, typeOf } from './sockets.ts'

const prefix = 'graph/'

/** The depth limit of nested subgraphs; deeper ones stay closed. */
export const nestingLimit = 32

/** The subgraph that nodes of this type refer to: `graph/canny` → `canny`. */
export const subgraphName = (type: string): string | undefined =>
  type.startsWith(prefix) ? type.slice(prefix.length) : undefined

/** The entry of a table with keys from a file: never one of Object's own. */
export const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  table && Object.hasOwn(table, key) ? table[key] : undefined

/** The graph that an edit's `graph` names; absent: the document itself. */
export const graphOf = (document: Document, name: string | undefined): Graph | undefined =>
  name === undefined ? document : own(document.graphs, name)

/** The subgraph of the document at the end of a path of node ids (`outer/inner`), by name; undefined: it leads to none. */
export function subgraphAt(document: Document, path: string): string | undefined {
  let graph: Graph | undefined = document
  let name: string | undefined
  for (const id of path.split('/')) {
    const type: string | undefined = own(graph?.nodes, id)?.type
    name = type === undefined ? undefined : subgraphName(type)
    graph = name === undefined ? undefined : own(document.graphs, name)
    if (!graph) return undefined
  }
  return name
}

/** What a node opens to. */
export interface Inside {
  /** The definition's name in the document; of a built-in composite its type. */
  readonly name: string
  readonly graph: Subgraph
  /** It belongs to a type of the catalogue, not to the document: nobody edits it. */
  readonly builtIn: boolean
}

/** What is inside a node: the subgraph that it uses, or that of a composite. Undefined where it has no inside. */
export function insideOf(document: Document, catalogue: Catalogue, record: NodeRecord): Inside | undefined {
  const name = subgraphName(record.type)
  if (name !== undefined) {
    const graph = own(document.graphs, name)
    return graph && { name, graph: insideUse(graph, record), builtIn: false }
  }
  const info = catalogue.get(record.type)
  const graph = info && insideComposite(info, record)
  return graph && { name: record.type, graph, builtIn: true }
}

/** What the node at the end of a path of node ids (`outer/inner`) opens to; undefined: the path leads nowhere. */
export function insideAt(document: Document, catalogue: Catalogue, path: string): Inside | undefined {
  let graph: Graph | undefined = document
  let inside: Inside | undefined
  let builtIn = false
  for (const id of path.split('/')) {
    const record: NodeRecord | undefined = own(graph?.nodes, id)
    inside = record && insideOf(document, catalogue, record)
    graph = inside?.graph
    if (!inside) return undefined
    builtIn ||= inside.builtIn
  }
  return inside && (inside.builtIn === builtIn ? inside : { ...inside, builtIn })
}

/** Whether a subgraph is, or uses at any depth, another one, into which it must not be inserted. */
export function containsSubgraph(document: Document, name: string, inner: string): boolean {
  const seen = new Set<string>()
  const stack = [name]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next === inner) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const { type } of Object.values(own(document.graphs, next)?.nodes ?? {})) {
      const used = subgraphName(type)
      if (used !== undefined) stack.push(used)
    }
  }
  return false
}

/** The socket behind a subgraph's boundary, however deep. Without its `like`, which names a port inside. */
function boundarySocket(
  document: Document,
  catalogue: Catalogue,
  graph: Subgraph,
  ref: PortRef,
  side: 'inputs' | 'outputs',
  depth = 0,
): SocketSpec {
  const [id, port] = splitPort(ref)
  const record = own(graph.nodes, id)
  const name = subgraphName(record?.type ?? '')
  const nested = name === undefined ? undefined : own(document.graphs, name)
  if (nested && depth < nestingLimit) {
    const next = side === 'inputs' ? own(nested.inputs, port)?.to[0] : own(nested.outputs, port)?.from
    return next ? boundarySocket(document, catalogue, nested, next, side, depth + 1) : { type: 'any' }
  }
  const { like: _, ...socket } = own(record && typeOf(catalogue, record)?.[side], port) ?? { type: 'any' as const }
  return socket
}

/** The parameter behind an exposed one, however deep, with the value inside as its default. */
function exposedSpec(
  document: Document,
  catalogue: Catalogue,
  graph: Subgraph,
  ref: PortRef,
  depth = 0,
): ParamSpec | undefined {
  const [id, param] = splitPort(ref)
  const record = own(graph.nodes, id)
  if (!record) return undefined
  const name = subgraphName(record.type)
  const nested = name === undefined ? undefined : own(document.graphs, name)
  const inner = own(nested?.params, param)?.to[0]
  const spec = nested
    ? inner !== undefined && depth < nestingLimit
      ? exposedSpec(document, catalogue, nested, inner, depth + 1)
      : undefined
    : own(typeOf(catalogue, record)?.params, param)
  if (!spec) return undefined
  // Whether a condition holds is up to nodes inside.
  const { when: _, ...always } = spec
  const value = own(record.params, param)
  return (value !== undefined && isParamValue(spec, value) ? { ...always, default: value } : always) as ParamSpec
}

/** Those with the same name inside are told apart by their nodes. */
function exposedParams(document: Document, catalogue: Catalogue, graph: Subgraph): NodeInfo['params'] {
  const exposed = Object.entries(graph.params ?? {})
  const names = exposed.map(([, { to }]) => splitPort(to[0] ?? '')[1])
  const specs = exposed.flatMap(
    ([
      name,
      {
        to: [ref = ''],
      },
    ]): [string, ParamSpec][] => {
      const spec = exposedSpec(document, catalogue, graph, ref)
      if (!spec) return []
      const [id, param] = splitPort(ref)
      if (names.filter((other) => other === param).length < 2) return [[name, spec]]
      const record = own(graph.nodes, id)
      const title = record?.title || (record && typeOf(catalogue, record)?.title) || id
      return [[name, { ...spec, label: `${title}: ${spec.label ?? param}` }]]
    },
  )
  return Object.fromEntries(specs)
}

function makeInfo(document: Document, catalogue: Catalogue, name: string, graph: Subgraph): NodeInfo {
  const input = (to: readonly PortRef[]): SocketSpec => {
    const sockets = to.map((ref) => boundarySocket(document, catalogue, graph, ref, 'inputs'))
    const { optional: _, ...first } = sockets[0] ?? { type: 'any' as const }
    return sockets.every((socket) => socket.optional) ? { ...first, optional: true } : first
  }
  const inputs = Object.entries(graph.inputs).map(([port, { to }]) => [port, input(to)])
  const outputs = Object.entries(graph.outputs).map(([port, { from }]) => [
    port,
    boundarySocket(document, catalogue, graph, from, 'outputs'),
  ])
  const count = Object.keys(graph.nodes).length
  return {
    type: `${prefix}${name}`,
    version: 1,
    kind: 'pure',
    draft: 'scaled',
    title: name,
    keywords: ['subgraph'],
    summary: count === 1 ? 'One node.' : `${count} nodes in one.`,
    basic: true,
    inputs: Object.fromEntries(inputs),
    params: exposedParams(document, catalogue, graph),
    outputs: Object.fromEntries(outputs),
    converts: [],
    explain: { idea: 'Several nodes, used as one. Look inside to see them.', reference: 'This pipeline.' },
  }
}

interface Cached {
  readonly graphs: Document['graphs']
  readonly catalogue: Catalogue
  readonly info: NodeInfo
}
const cache = new WeakMap<Subgraph, Cached>()

/**
 * The ports, parameters and title of a node, of subgraphs too; undefined for an unknown type. The same object as long as its
 * content is the same, so that the window need not render again.
 */
export function infoOf(document: Document, catalogue: Catalogue, node: Typed): NodeInfo | undefined {
  const name = subgraphName(node.type)
  if (name === undefined) return typeOf(catalogue, node)
  const graph = own(document.graphs, name)
  if (!graph) return undefined
  const cached = cache.get(graph)
  if (cached && cached.graphs === document.graphs && cached.catalogue === catalogue) return cached.info
  const made = makeInfo(document, catalogue, name, graph)
  const info = cached && JSON.stringify(cached.info) === JSON.stringify(made) ? cached.info : made
  cache.set(graph, { graphs: document.graphs, catalogue, info })
  return info
}

/**
 * What a bypassed node passes on: output → input. As its type says, or each output from the first input of its type.
 * @returns nothing for outputs that no input matches
 */
export function bypassOf(info: NodeInfo): Readonly<Record<string, string>> {
  if (info.bypass) return info.bypass
  const inputs = Object.entries(info.inputs)
  const pairs = Object.entries(info.outputs).flatMap(([output, { type }]) => {
    const first = inputs.find(([, input]) => input.type === type) ?? inputs.find(([, input]) => input.type === 'any')
    return first ? [[output, first[0]] as const] : []
  })
  return Object.fromEntries(pairs)
}
