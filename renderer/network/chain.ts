/**
 * Lays out a column of items, each joined to the next, as ELK does (elkjs 0.12.1, layered, downwards). Most networks are one until
 * their folds are opened, and ELK's thread takes half a second to start and to lay out its first graph.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'

/** ELK's own default, around everything. */
const padding = 12

const itemOf = (end: string | undefined): string => (end ?? '').replace(/^(in|out):/, '')

/** The items in the order of their edges. Undefined: they are no chain. */
function orderOf(items: readonly ElkNode[], edges: readonly ElkExtendedEdge[]): readonly ElkNode[] | undefined {
  if (items.length === 0 || edges.length !== items.length - 1) return undefined
  const next = new Map(edges.map(({ sources: [from], targets: [to] }) => [itemOf(from), itemOf(to)]))
  const reached = new Set(next.values())
  if (next.size !== edges.length || reached.size !== edges.length) return undefined
  const byId = new Map(items.map((item) => [item.id, item]))
  const order: ElkNode[] = []
  for (let at = items.find(({ id }) => !reached.has(id)); at; at = byId.get(next.get(at.id) ?? '')) order.push(at)
  return order.length === items.length ? order : undefined
}

/** Where edges meet an item, from its left. */
function portsOf({ id, ports = [], width = 0 }: ElkNode) {
  const at = (side: string): number => ports.find((port) => port.id === `${side}:${id}`)?.x ?? width
  return { in: at('in'), out: at('out') }
}

/**
 * The graph with the places of its children and edges, as ELK gives it.
 * @param between one item and the next, in pixels
 * @returns undefined where its children are not joined in a row, each once
 */
export function layChain(graph: ElkNode, between: number): ElkNode | undefined {
  const order = orderOf(graph.children ?? [], graph.edges ?? [])
  if (!order) return undefined
  // Each item's left, so that the edges to it are straight; from the first one's.
  const lefts: number[] = []
  let meets = portsOf(order[0] as ElkNode).in
  for (const item of order) {
    const ports = portsOf(item)
    const left = meets - ports.in
    lefts.push(left)
    meets = left + ports.out
  }
  const first = Math.min(...lefts)
  const placed = new Map<string, { readonly x: number; readonly y: number; readonly item: ElkNode }>()
  let y = padding
  for (const [i, item] of order.entries()) {
    placed.set(item.id, { x: padding + (lefts[i] ?? 0) - first, y, item })
    y += (item.height ?? 0) + between
  }
  const edges = (graph.edges ?? []).map((edge) => {
    const [from, to] = [placed.get(itemOf(edge.sources[0])), placed.get(itemOf(edge.targets[0]))]
    if (!from || !to) return edge
    const x = from.x + portsOf(from.item).out
    const [startPoint, endPoint] = [
      { x, y: from.y + (from.item.height ?? 0) },
      { x, y: to.y },
    ]
    return { ...edge, sections: [{ id: `${edge.id} section`, startPoint, endPoint }] }
  })
  const widths = order.map(({ width = 0 }, i) => (lefts[i] ?? 0) - first + width)
  return {
    ...graph,
    ...{ width: Math.max(...widths) + 2 * padding, height: y - between + padding },
    children: (graph.children ?? []).map((item) => {
      const { x = 0, y: top = 0 } = placed.get(item.id) ?? {}
      return { ...item, x, y: top }
    }),
    edges,
  }
}
