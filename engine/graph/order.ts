/** Running order: each node after what feeds it, cycles found and named. All in O(nodes + wires). */

interface Node {
  readonly inputs: Readonly<Record<string, { readonly node: string }>>
}
export type Nodes = ReadonlyMap<string, Node>
/** Node → the nodes that it feeds, which may repeat. */
export type Uses = ReadonlyMap<string, readonly { readonly node: string }[]>

export interface Order {
  /** Every node that is in no cycle, after all that feed it; nodes behind a cycle come last. */
  readonly order: readonly string[]
  /** Sets of nodes that feed each other, each with one way round: `a`, `b`, `a`. */
  readonly circles: readonly { readonly nodes: ReadonlySet<string>; readonly path: readonly string[] }[]
}

const feedersOf = (nodes: Nodes, id: string): string[] =>
  Object.values(nodes.get(id)?.inputs ?? {}).map((input) => input.node)

/** Kahn's algorithm: takes nodes with no unmet inputs until none is left. `met` counts as done from the start. */
function kahn(nodes: Nodes, uses: Uses, met: ReadonlySet<string>): string[] {
  const unmet = new Map<string, number>()
  const ready: string[] = []
  for (const [id, { inputs }] of nodes) {
    if (met.has(id)) continue
    let count = 0
    for (const port in inputs) if (met.size === 0 || !met.has(inputs[port]?.node ?? '')) count++
    if (count === 0) ready.push(id)
    else unmet.set(id, count)
  }
  for (const id of ready)
    for (const { node } of uses.get(id) ?? []) {
      const left = (unmet.get(node) ?? 0) - 1
      unmet.set(node, left)
      if (left === 0) ready.push(node)
    }
  return ready
}

/** Tarjan's strongly connected components of more than one node, or of one that feeds itself. Without recursion. */
function components(ids: readonly string[], nodes: Nodes): string[][] {
  const among = new Set(ids)
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const found: string[][] = []
  const open = (id: string) => {
    index.set(id, index.size)
    low.set(id, index.size - 1)
    stack.push(id)
    onStack.add(id)
    return { id, from: feedersOf(nodes, id).values() }
  }
  const lower = (id: string, to: number): void => {
    low.set(id, Math.min(low.get(id) ?? 0, to))
  }
  for (const root of ids) {
    if (index.has(root)) continue
    const calls = [open(root)]
    for (let call = calls.at(-1); call; call = calls.at(-1)) {
      const { id } = call
      const { value: next, done } = call.from.next()
      if (!done) {
        if (!among.has(next)) continue
        if (!index.has(next)) calls.push(open(next))
        else if (onStack.has(next)) lower(id, index.get(next) ?? 0)
        continue
      }
      calls.pop()
      const parent = calls.at(-1)
      if (parent) lower(parent.id, low.get(id) ?? 0)
      if (low.get(id) !== index.get(id)) continue
      const component: string[] = []
      do {
        const member = stack.pop() as string
        onStack.delete(member)
        component.push(member)
      } while (component.at(-1) !== id)
      if (component.length > 1 || feedersOf(nodes, id).includes(id)) found.push(component)
    }
  }
  return found
}

/** The shortest way round through one node, in the direction of the wires. */
function wayRound(start: string, members: ReadonlySet<string>, nodes: Nodes): string[] {
  const next = new Map<string, string>()
  const queue = [start]
  for (const id of queue)
    for (const from of feedersOf(nodes, id)) {
      if (from === start) {
        const path = [start, id]
        for (let at = id; at !== start; ) {
          at = next.get(at) ?? start
          path.push(at)
        }
        return id === start ? [start, start] : path
      }
      if (!members.has(from) || next.has(from)) continue
      next.set(from, id)
      queue.push(from)
    }
  return [start]
}

export function orderOf(nodes: Nodes, uses: Uses): Order {
  const order = kahn(nodes, uses, new Set())
  if (order.length === nodes.size) return { order, circles: [] }
  const done = new Set(order)
  const rest = [...nodes.keys()].filter((id) => !done.has(id))
  const circles = components(rest, nodes).map((component) => {
    const members = new Set(component)
    return { nodes: members, path: wayRound([...component].sort()[0] ?? '', members, nodes) }
  })
  const met = new Set([...order, ...circles.flatMap((circle) => [...circle.nodes])])
  return { order: [...order, ...kahn(nodes, uses, met)], circles }
}
