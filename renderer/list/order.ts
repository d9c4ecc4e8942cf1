/** The nodes of a graph, each after its inputs; in a cycle one of them has to come first. */
import { type Graph, splitPort } from '../../engine/graph/document.ts'

export function inOrder(graph: Pick<Graph, 'nodes' | 'edges'>): readonly string[] {
  const feeders = new Map<string, string[]>()
  for (const [to, from] of Object.entries(graph.edges)) {
    const [node] = splitPort(to)
    feeders.set(node, [...(feeders.get(node) ?? []), splitPort(from)[0]])
  }
  const order = new Set<string>()
  const seen = new Set<string>()
  // An explicit stack: a chain may be longer than the call stack is deep.
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
