/** Which inputs an output depends on, exactly, within one graph: through a subgraph only where a path leads inside it. */
import { type Document, type Graph, type PortRef, type Subgraph, splitPort } from './document.ts'
import { nestingLimit, own, subgraphName } from './info.ts'

export interface Reach {
  /** Node → the node after it on the way to the output; the output's own node → undefined. */
  readonly nodes: ReadonlyMap<string, string | undefined>
  /** Whether the output depends on this input, wired or not. */
  has(input: PortRef): boolean
}

interface Known {
  readonly graphs: Document['graphs']
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>
}
const known = new WeakMap<Subgraph, Known>()

/** Output of a subgraph → the inputs it depends on. A subgraph that contains itself depends on nothing there. */
function throughSubgraph(
  document: Document,
  name: string,
  graph: Subgraph,
  inside: readonly string[],
): Known['inputs'] {
  const cached = known.get(graph)
  if (cached?.graphs === document.graphs) return cached.inputs
  const inputs = new Map<string, ReadonlySet<string>>()
  if (inside.includes(name) || inside.length >= nestingLimit) return inputs
  for (const [output, { from }] of Object.entries(graph.outputs)) {
    const reach = search(document, graph, from, [...inside, name])
    const found = Object.entries(graph.inputs).filter(([, { to }]) => to.some((ref) => reach.has(ref)))
    inputs.set(output, new Set(found.map(([input]) => input)))
  }
  known.set(graph, { graphs: document.graphs, inputs })
  return inputs
}

function search(document: Document, graph: Graph, output: PortRef, inside: readonly string[]): Reach {
  const sources = new Map<string, [input: string, from: PortRef][]>()
  for (const [to, from] of Object.entries(graph.edges)) {
    const [node, input] = splitPort(to)
    const list = sources.get(node)
    if (list) list.push([input, from])
    else sources.set(node, [[input, from]])
  }
  const nodes = new Map<string, string | undefined>([[splitPort(output)[0], undefined]])
  /** Of subgraphs: the relevant inputs. Of other nodes: all. */
  const some = new Map<string, Set<string>>()
  const seen = new Set([output])
  const stack = [output]
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const [node, port] = splitPort(ref)
    const name = subgraphName(own(graph.nodes, node)?.type ?? '')
    const subgraph = name === undefined ? undefined : own(document.graphs, name)
    const matters =
      subgraph && name !== undefined
        ? (throughSubgraph(document, name, subgraph, inside).get(port) ?? new Set())
        : undefined
    if (matters) some.set(node, new Set([...(some.get(node) ?? []), ...matters]))
    for (const [input, from] of sources.get(node) ?? []) {
      if (seen.has(from) || matters?.has(input) === false) continue
      seen.add(from)
      stack.push(from)
      const [before] = splitPort(from)
      if (!nodes.has(before)) nodes.set(before, node)
    }
  }
  return {
    nodes,
    has: (input) => {
      const [node, port] = splitPort(input)
      return nodes.has(node) && (some.get(node)?.has(port) ?? true)
    },
  }
}

const cache = new WeakMap<Graph, { readonly graphs: Document['graphs']; readonly found: Map<PortRef, Reach> }>()

/** What `output` depends on. Cached per graph, because a wire being drawn asks for every input on the canvas. */
export function reachOf(document: Document, graph: Graph, output: PortRef): Reach {
  let entry = cache.get(graph)
  if (entry?.graphs !== document.graphs) {
    entry = { graphs: document.graphs, found: new Map() }
    cache.set(graph, entry)
  }
  const cached = entry.found.get(output)
  if (cached) return cached
  const found = search(document, graph, output, [])
  entry.found.set(output, found)
  return found
}
