/** What is known of a node's type: from the catalogue, or for a subgraph from what is inside it. */
import type { Catalogue, NodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, type NodeRecord, type Subgraph, splitPort } from '../../engine/graph/document.ts'
import type { ParamSpec, ParamValue } from '../../engine/types/param.ts'
import { isParamValue } from '../../engine/types/param.ts'
import type { SocketSpec } from '../../engine/types/socket.ts'
import { currentGraph, type EditorState, useEditor } from './editor.ts'

export const subgraphOf = (type: string): string | undefined =>
  type.startsWith('graph/') ? type.slice('graph/'.length) : undefined

type Side = 'inputs' | 'outputs'

/** The socket behind a subgraph's boundary, however deep. `like` names an inner port and does not hold outside. */
function inner(
  document: Document,
  catalogue: Catalogue,
  graph: Subgraph,
  ref: string,
  side: Side,
  deep = 0,
): SocketSpec {
  const [id, port] = splitPort(ref)
  const type = graph.nodes[id]?.type ?? ''
  const name = subgraphOf(type)
  const nested = name === undefined ? undefined : document.graphs[name]
  if (nested && deep < 32) {
    const next = side === 'inputs' ? nested.inputs[port]?.to[0] : nested.outputs[port]?.from
    return next ? inner(document, catalogue, nested, next, side, deep + 1) : { type: 'any' }
  }
  const { like: _, ...socket } = catalogue.get(type)?.[side][port] ?? { type: 'any' as const }
  return socket
}

interface Cached {
  readonly graphs: Document['graphs']
  readonly catalogue: Catalogue
  readonly info: NodeInfo
}
const cache = new WeakMap<Subgraph, Cached>()

function subgraphInfo(document: Document, catalogue: Catalogue, name: string, graph: Subgraph): NodeInfo {
  const cached = cache.get(graph)
  if (cached && cached.graphs === document.graphs && cached.catalogue === catalogue) return cached.info
  const sockets = (table: Readonly<Record<string, unknown>>, side: Side, ref: (port: string) => string | undefined) =>
    Object.fromEntries(
      Object.keys(table).map((port) => [port, inner(document, catalogue, graph, ref(port) ?? '', side)] as const),
    )
  const made: NodeInfo = {
    type: `graph/${name}`,
    version: 1,
    kind: 'pure',
    draft: 'scaled',
    title: name,
    keywords: ['subgraph'],
    summary: `${Object.keys(graph.nodes).length} nodes in one.`,
    inputs: sockets(graph.inputs, 'inputs', (port) => graph.inputs[port]?.to[0]),
    params: {},
    outputs: sockets(graph.outputs, 'outputs', (port) => graph.outputs[port]?.from),
    converts: [],
    explain: { idea: 'Several nodes, used as one. Double-click it to look inside.', reference: 'This pipeline.' },
  }
  // An edit elsewhere makes a new table of graphs; as long as this one says the same, its node is not drawn again.
  const info = cached && JSON.stringify(cached.info) === JSON.stringify(made) ? cached.info : made
  cache.set(graph, { graphs: document.graphs, catalogue, info })
  return info
}

/** Undefined for a type that this Sightline does not have. */
export function typeInfo(s: Pick<EditorState, 'document' | 'catalogue'>, type: string): NodeInfo | undefined {
  const name = subgraphOf(type)
  if (name === undefined) return s.catalogue.get(type)
  const graph = s.document.graphs[name]
  return graph && subgraphInfo(s.document, s.catalogue, name, graph)
}

/** A node of the graph that is shown. */
export const nodeOf = (s: EditorState, id: string): NodeRecord | undefined => currentGraph(s).nodes[id]
export const useNode = (id: string): NodeRecord | undefined => useEditor((s) => nodeOf(s, id))
export const useTypeInfo = (type: string | undefined): NodeInfo | undefined =>
  useEditor((s) => (type === undefined ? undefined : typeInfo(s, type)))

export const nodeTitle = (node: NodeRecord, info: NodeInfo | undefined): string =>
  node.title || info?.title || node.type

/** The value of a parameter: what the document has, or the default. A value that does not fit is given as it stands. */
export const paramValue = (node: NodeRecord, name: string, spec: ParamSpec): unknown =>
  node.params?.[name] ?? spec.default

/** As `paramValue`, but the default where the document has something that does not fit. */
export function fittingValue(node: NodeRecord, name: string, spec: ParamSpec): ParamValue {
  const value = paramValue(node, name, spec)
  return isParamValue(spec, value) ? value : spec.default
}

/** Whether a parameter takes part, as other parameters stand. */
export function isParamShown(node: NodeRecord, params: Readonly<Record<string, ParamSpec>>, spec: ParamSpec): boolean {
  const { when } = spec
  const other = when && params[when.param]
  return !other || when.is.includes(fittingValue(node, when.param, other) as string | number | boolean)
}
