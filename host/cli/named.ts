/** Nodes as the command line names them: `blur`, `group/blur` inside a subgraph, or by a title that only one node has. */
import { freshId } from '../../engine/graph/changes.ts'
import type { Document, Graph, NodeRecord, Subgraph } from '../../engine/graph/document.ts'
import { own, subgraphName } from '../../engine/graph/info.ts'
import { SightlineError } from '../../engine/types/problem.ts'

interface Place {
  /** `group/blur` */
  readonly path: string
  readonly record: NodeRecord
}

/** The largest number of nodes searched for a title: subgraphs within subgraphs multiply. */
const most = 10_000

const definitionOf = (document: Document, record: NodeRecord | undefined): Subgraph | undefined =>
  own(document.graphs, subgraphName(record?.type ?? '') ?? '')

/** Every node with its path, outer ones first. */
function placesOf(document: Document): readonly Place[] {
  const places: Place[] = []
  const scopes: { readonly graph: Graph; readonly prefix: string }[] = [{ graph: document, prefix: '' }]
  for (const { graph, prefix } of scopes)
    for (const [id, record] of Object.entries(graph.nodes)) {
      if (places.length >= most) return places
      const path = prefix + id
      places.push({ path, record })
      const inner = definitionOf(document, record)
      if (inner) scopes.push({ graph: inner, prefix: `${path}/` })
    }
  return places
}

function at(document: Document, path: string): Place | undefined {
  let graph: Graph | undefined = document
  let record: NodeRecord | undefined
  for (const id of path.split('/')) {
    record = own(graph?.nodes, id)
    graph = definitionOf(document, record)
  }
  return record && { path, record }
}

/** The node of this path or title. Throws `cli.unknown-node`, `cli.ambiguous-node`. */
export function nodeNamed(document: Document, name: string, option: string): Place {
  const found = at(document, name)
  if (found) return found
  const places = placesOf(document)
  const [first, ...more] = places.filter(({ record }) => record.title === name)
  if (first && more.length === 0) return first
  const paths = (list: readonly Place[]): string => list.map(({ path }) => path).join(', ') || 'none'
  if (first) throw new SightlineError('cli.ambiguous-node', { option, node: name, paths: paths([first, ...more]) })
  throw new SightlineError('cli.unknown-node', { option, node: name, known: paths(places) })
}

const withNode = <G extends Graph>(graph: G, id: string, record: NodeRecord): G => ({
  ...graph,
  nodes: { ...graph.nodes, [id]: record },
})

/** How many nodes of the document use the definition. */
const usesOf = (document: Document, name: string): number =>
  [document, ...Object.values(document.graphs)]
    .flatMap(({ nodes }) => Object.values(nodes))
    .filter(({ type }) => subgraphName(type) === name).length

/** The document with another node at this path. A subgraph that is used elsewhere too is copied first, so that only this use changes. */
export function withNodeAt(document: Document, path: string, record: NodeRecord): Document {
  const ids = path.split('/')
  let next = document
  /** The definition that has the node; undefined: the document itself. */
  let name: string | undefined
  const put = (id: string, node: NodeRecord): void => {
    const graph = name === undefined ? undefined : own(next.graphs, name)
    next =
      graph && name !== undefined
        ? { ...next, graphs: { ...next.graphs, [name]: withNode(graph, id, node) } }
        : withNode(next, id, node)
  }
  for (const id of ids.slice(0, -1)) {
    const use: NodeRecord | undefined = own(name === undefined ? next.nodes : own(next.graphs, name)?.nodes, id)
    const inner = subgraphName(use?.type ?? '')
    const graph = inner === undefined ? undefined : own(next.graphs, inner)
    if (!use || !graph || inner === undefined) return document
    if (usesOf(next, inner) > 1) {
      const copy = freshId(inner, (taken) => Object.hasOwn(next.graphs, taken))
      next = { ...next, graphs: { ...next.graphs, [copy]: graph } }
      put(id, { ...use, type: `graph/${copy}` })
      name = copy
    } else name = inner
  }
  put(ids.at(-1) ?? '', record)
  return next
}
