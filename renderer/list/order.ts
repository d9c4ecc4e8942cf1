/** The nodes of a graph, each after what feeds it; in a circle one of them has to come first. */
import { type Graph, splitPort } from '../../engine/graph/document.ts'

export function inOrder(graph: Pick<Graph, 'nodes' | 'edges'>): readonly string[] {
  const feeders = new Map<string, string[]>()
  for (const [to, from] of Object.entries(graph.edges)) {
    const [node] = splitPort(to)
    feeders.set(node, [...(feeders.get(node) ?? []), splitPort(from)[0]])
  }
  const order = new Set<string>()
  const seen = new Set<string>()
  // A stack of our own: a chain may be longer than the stack of calls is deep.
  for (const root of Object.keys(graph.nodes)) {
    const stack = [root]
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const next = seen.has(id)
        ? undefined
        : (feeders.get(id) ?? []).filter((one) => one in graph.nodes && !seen.has(one))
      seen.add(id)
      if (next?.length) stack.push(...next.reverse())
      else {
        stack.pop()
        order.add(id)
      }
    }
  }
  return [...order]
}
