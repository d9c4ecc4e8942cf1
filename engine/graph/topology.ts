/**
 * The flat graph: what the engine runs and the window's reports refer to. Subgraphs are flattened, bypassed nodes are skipped
 * over, and every node knows its place in the running order.
 */
import type { Problem } from '../types/problem.ts'
import type { Catalogue } from './catalogue.ts'
import type { Document } from './document.ts'
import {
  type FlatGroup,
  type FlatInput,
  type FlatNode,
  type FlatOutput,
  groupOutputs,
  unfold,
  unfoldedLimit,
} from './expand.ts'
import { bypassOf, infoOf, own } from './info.ts'
import { orderOf } from './order.ts'
import { unfoldSweeps } from './sweep.ts'

export type { FlatGroup, FlatInput, FlatNode, FlatOutput }

/** One use of an output: the node and the input that it feeds. */
export interface FlatUse {
  readonly port: string
  readonly node: string
  readonly input: string
}

export interface FlatGraph {
  readonly document: Document
  /** By nested id. `inputs` name the real sources: no subgraphs and no bypassed nodes. */
  readonly nodes: ReadonlyMap<string, FlatNode>
  /** Each node after all that feed it. Nodes of a cycle are left out; nodes behind a cycle come last. */
  readonly order: readonly string[]
  /** Node → what it feeds. Nodes that feed nothing are left out. */
  readonly uses: ReadonlyMap<string, readonly FlatUse[]>
  /** Nodes of subgraphs, by nested id. */
  readonly groups: ReadonlyMap<string, FlatGroup>
  /** By node (`outer/inner`) or by where the wire ends (`outer/inner.image`). */
  readonly problems: ReadonlyMap<string, Problem>
  /** The outputs of subgraphs and bypassed nodes (`outer.edges`) → the real output. */
  readonly aliases: ReadonlyMap<string, FlatOutput>
}

function addCircles(
  nodes: ReadonlyMap<string, FlatNode>,
  circles: ReturnType<typeof orderOf>['circles'],
  problems: Map<string, Problem>,
): void {
  for (const circle of circles) {
    const problem: Problem = { code: 'graph.cycle', params: { path: circle.path.join(' → ') } }
    for (const id of circle.nodes) {
      problems.set(id, problem)
      for (const input of Object.values(nodes.get(id)?.inputs ?? {}))
        if (circle.nodes.has(input.node)) problems.set(input.wire, problem)
    }
  }
}

/** Finds the real source through bypassed nodes; undefined if nothing is passed on. Caches its way. */
function finder(nodes: ReadonlyMap<string, FlatNode>): (output: FlatOutput) => FlatOutput | undefined {
  const known = new Map<string, FlatOutput | undefined>()
  return (output) => {
    const way: string[] = []
    let at: FlatOutput | undefined = output
    while (at) {
      const node = nodes.get(at.node)
      if (!node?.bypass) break
      const key = `${at.node}.${at.port}`
      if (known.has(key)) {
        at = known.get(key)
        break
      }
      known.set(key, undefined)
      way.push(key)
      const input: string | undefined = own(node.bypass, at.port)
      at = input === undefined ? undefined : node.inputs[input]
    }
    const found = at && { node: at.node, port: at.port }
    for (const key of way) known.set(key, found)
    return found
  }
}

function stepOver(inputs: FlatNode['inputs'], find: (output: FlatOutput) => FlatOutput | undefined) {
  const next: Record<string, FlatInput> = {}
  for (const [port, input] of Object.entries(inputs)) {
    const found = find(input)
    if (found) next[port] = found.node === input.node ? input : { ...found, wire: input.wire }
  }
  return next
}

function usesOf(nodes: ReadonlyMap<string, FlatNode>): Map<string, FlatUse[]> {
  const uses = new Map<string, FlatUse[]>()
  for (const [id, { inputs }] of nodes)
    for (const input in inputs) {
      const source = inputs[input] as FlatInput
      const use = { port: source.port, node: id, input }
      const list = uses.get(source.node)
      if (list) list.push(use)
      else uses.set(source.node, [use])
    }
  return uses
}

/** Wires past bypassed nodes; what these pass on goes to `aliases`. */
function stepOverBypassed(
  nodes: ReadonlyMap<string, FlatNode>,
  aliases: Map<string, FlatOutput>,
): ReadonlyMap<string, FlatNode> {
  const find = finder(nodes)
  const next = new Map<string, FlatNode>()
  for (const [id, node] of nodes) {
    const inputs = stepOver(node.inputs, find)
    next.set(id, { ...node, inputs })
    for (const [output, input] of Object.entries(node.bypass ?? {})) {
      const source = own(inputs, input)
      if (source) aliases.set(`${id}.${output}`, { node: source.node, port: source.port })
    }
  }
  for (const [ref, output] of aliases) {
    const found = find(output)
    if (found) aliases.set(ref, found)
    else aliases.delete(ref)
  }
  return next
}

/** The flat graph of a document. O(nodes + wires); never throws: errors are in `problems`. */
export function flatten(document: Document, catalogue: Catalogue): FlatGraph {
  const unfolded = unfold(document, catalogue)
  unfoldSweeps(unfolded, document, catalogue, unfoldedLimit)
  const { groups, problems } = unfolded
  let { nodes }: { nodes: ReadonlyMap<string, FlatNode> } = unfolded
  let anyBypass = false
  for (const [id, node] of unfolded.nodes)
    if (node.record.bypass) {
      anyBypass = true
      const info = infoOf(document, catalogue, node.record)
      unfolded.nodes.set(id, { ...node, bypass: info ? bypassOf(info) : {} })
    }
  let uses = usesOf(nodes)
  const { order, circles } = orderOf(nodes, uses)
  addCircles(nodes, circles, problems)
  const aliases = groupOutputs(unfolded)
  if (anyBypass) {
    nodes = stepOverBypassed(nodes, aliases)
    uses = usesOf(new Map([...nodes].filter(([, node]) => !node.bypass)))
  }
  return { document, nodes, order, uses, groups, problems, aliases }
}

/** The real output behind a node and port as the window names them: through subgraphs and bypassed nodes. */
export function resolve(flat: FlatGraph, node: string, port: string): FlatOutput | undefined {
  const alias = flat.aliases.get(`${node}.${port}`)
  if (alias) return alias
  const found = flat.nodes.get(node)
  return found && !found.bypass ? { node, port } : undefined
}

/**
 * An output as the pipeline names it: of a composite, not of a node inside. Undefined: it stays inside, and nobody outside
 * knows it.
 */
export function outsideOf(flat: FlatGraph, output: FlatOutput): FlatOutput | undefined {
  const { node } = output
  for (let at = node.indexOf('/'); at > 0; at = node.indexOf('/', at + 1)) {
    const id = node.slice(0, at)
    const group = flat.groups.get(id)
    if (!group?.builtIn) continue
    const port = Object.keys(group.graph.outputs).find((name) => {
      const alias = flat.aliases.get(`${id}.${name}`)
      return alias?.node === node && alias.port === output.port
    })
    return port === undefined ? undefined : { node: id, port }
  }
  return output
}

/** These nodes and all that they need, directly or not. A subgraph stands for all nodes inside it. */
export function neededBy(flat: FlatGraph, ids: Iterable<string>): Set<string> {
  return closure(flat, ids, (id) => Object.values(flat.nodes.get(id)?.inputs ?? {}).map((input) => input.node))
}

/** These nodes and all that depend on them, directly or not. */
export function dependingOn(flat: FlatGraph, ids: Iterable<string>): Set<string> {
  return closure(flat, ids, (id) => (flat.uses.get(id) ?? []).map((use) => use.node))
}

function closure(flat: FlatGraph, ids: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set<string>()
  const stack: string[] = []
  for (const id of ids) {
    if (flat.nodes.has(id)) stack.push(id)
    else if (flat.groups.has(id))
      for (const inner of flat.nodes.keys()) if (inner.startsWith(`${id}/`)) stack.push(inner)
  }
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    stack.push(...next(id))
  }
  return seen
}

/**
 * Whether an output is one that the pipeline ends with: it has a name outside, and nothing outside takes it. What takes an output of a
 * composite inside the same composite does not count. `uses`: those of its node that do.
 */
export function isSink(flat: FlatGraph, output: FlatOutput, uses = flat.uses.get(output.node) ?? []): boolean {
  const outside = outsideOf(flat, output)
  if (!outside) return false
  const inside = outside.node === output.node ? undefined : `${outside.node}/`
  return !uses.some(({ node, port }) => port === output.port && !(inside && node.startsWith(inside)))
}

/** The outputs that nothing consumes, in document order. Bypassed and unknown nodes have none. */
export function sinks(flat: FlatGraph, catalogue: Catalogue): readonly FlatOutput[] {
  const found: FlatOutput[] = []
  for (const [id, node] of flat.nodes) {
    if (node.bypass) continue
    for (const port of Object.keys(infoOf(flat.document, catalogue, node.record)?.outputs ?? {}))
      if (isSink(flat, { node: id, port })) found.push({ node: id, port })
  }
  return found
}
