/** An analysis in the form of the protocol and the command line. */
import type { Problem } from '../types/problem.ts'
import type { Shape } from '../values/index.ts'
import type { Analysis } from './analyse.ts'

/** Every problem, of nodes (`outer/inner`) and of wires (`outer/inner.image`); waiting and skipped nodes have none. */
export function problemsOf({ nodes, wires }: Analysis): readonly { readonly at: string; readonly problem: Problem }[] {
  // A wire's problem is also that of the node where it ends, and a cycle's is that of all its wires: report each once.
  const found = new Map<Problem, string>()
  for (const [at, { problem }] of wires) if (problem && !found.has(problem)) found.set(problem, at)
  for (const [at, { state, problem }] of nodes)
    if (state === 'error' && problem && !found.has(problem)) found.set(problem, at)
  return [...found].map(([problem, at]) => ({ at, problem }))
}

/** Node → output → shape, of subgraphs and bypassed nodes too, as far as known. */
export function shapesOf({ flat, nodes }: Analysis): Record<string, Record<string, Shape>> {
  const shapes: Record<string, Record<string, Shape>> = {}
  const put = (node: string, port: string, shape: Shape | undefined): void => {
    if (!shape || shape.kind === 'unknown') return
    const known = shapes[node]
    if (known) known[port] = shape
    else shapes[node] = { [port]: shape }
  }
  for (const [id, { outputs }] of nodes) for (const port in outputs) put(id, port, outputs[port]?.shape)
  for (const [ref, { node, port }] of flat.aliases) {
    const dot = ref.indexOf('.')
    put(ref.slice(0, dot), ref.slice(dot + 1), nodes.get(node)?.outputs[port]?.shape)
  }
  return shapes
}
