/** Which parts of a document matter to the engine, and which only to the eye. */
import type { Document, Graph, NodeRecord, Subgraph } from './document.ts'
import { sameJson } from './json.ts'

const sameNode = (a: NodeRecord, b: NodeRecord): boolean =>
  a === b ||
  (a.type === b.type && a.version === b.version && a.bypass === b.bypass && sameJson(a.params ?? {}, b.params ?? {}))

/** Whether the same entries exist in the same order, and are pairwise `same`. */
function sameTable<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>, same: (a: T, b: T) => boolean) {
  if (a === b) return true
  const keys = Object.keys(a)
  const others = Object.keys(b)
  return keys.length === others.length && keys.every((key, i) => key === others[i] && same(a[key] as T, b[key] as T))
}

const sameGraph = (a: Graph, b: Graph): boolean =>
  sameTable(a.edges, b.edges, Object.is) && sameTable(a.nodes, b.nodes, sameNode)

const sameSubgraph = (a: Subgraph, b: Subgraph): boolean =>
  a === b ||
  (sameGraph(a, b) &&
    sameTable(a.inputs, b.inputs, sameJson) &&
    sameTable(a.outputs, b.outputs, sameJson) &&
    sameTable(a.params ?? {}, b.params ?? {}, sameJson))

/** Whether both ask for the same work: they differ at most in layout, names and comments. */
export const sameWork = (a: Document, b: Document): boolean =>
  a === b || (sameGraph(a, b) && sameTable(a.graphs, b.graphs, sameSubgraph))
