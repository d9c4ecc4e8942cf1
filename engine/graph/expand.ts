/** Flattens subgraphs and composites: every node gets its nested id (`outer/inner`), and every wire ends at a real node, through all boundaries. */

import type { Problem } from '../types/problem.ts'
import type { Catalogue } from './catalogue.ts'
import type { Document, Graph, NodeRecord, PortRef } from './document.ts'
import { splitPort } from './document.ts'
import { type Inside, insideOf, nestingLimit, own, subgraphName } from './info.ts'
import { knownNames } from './known-names.ts'

/** Nested subgraphs multiply, so the size of the flat graph is bounded. */
export const unfoldedLimit = 20_000

/** An output of a flat node. */
export interface FlatOutput {
  readonly node: string
  readonly port: string
}

/** What feeds an input, and the wire of the document (by where it ends, as `outer/inner.image`) through which it does. */
export interface FlatInput extends FlatOutput {
  readonly wire: string
}

export interface FlatNode {
  /** `outer/inner` */
  readonly id: string
  readonly type: string
  readonly record: NodeRecord
  /** Where it is defined: the subgraph, or the type of a composite (absent: the document itself), and the id there. */
  readonly graph: string | undefined
  readonly local: string
  readonly inputs: Readonly<Record<string, FlatInput>>
  /** Inputs whose wire starts nowhere. */
  readonly broken: Readonly<Record<string, Problem>>
  /** Of a bypassed node: what it passes on, output → input. It does not run. */
  readonly bypass?: Readonly<Record<string, string>>
}

/** A node that was flattened: a use of a subgraph, or a composite. */
export interface FlatGroup extends Inside {
  readonly id: string
  readonly record: NodeRecord
}

export interface Unfolded {
  readonly nodes: Map<string, FlatNode>
  readonly groups: Map<string, FlatGroup>
  /** By node (`outer/inner`) or by where the wire ends (`outer/inner.image`). */
  readonly problems: Map<string, Problem>
}

/** A node while its wires are being resolved. */
interface Growing extends FlatNode {
  readonly inputs: Record<string, FlatInput>
  broken: FlatNode['broken']
}
const nothingBroken: FlatNode['broken'] = {}

interface Scope {
  readonly prefix: string
  readonly name: string | undefined
  readonly graph: Graph
  /** The names of the enclosing subgraphs, outermost first. */
  readonly enclosing: readonly string[]
}

const isProblem = (found: object): found is Problem => 'code' in found

const noPort = (node: string, side: 'input' | 'output', port: string, table: Readonly<Record<string, unknown>>) =>
  ({ code: 'wire.no-port', params: { node, side, port, known: knownNames(table) } }) as const
const noNode = (node: string): Problem => ({ code: 'wire.no-node', params: { node } })

type Port = readonly [node: string, port: string]
interface Wire {
  readonly ref: PortRef
  readonly from: Port
  readonly to: Port
}

/** Most edits change no wire, so the table of wires is parsed once. */
const wires = new WeakMap<Graph['edges'], readonly Wire[]>()
function wiresOf({ edges }: Graph): readonly Wire[] {
  const known = wires.get(edges)
  if (known) return known
  const found = Object.entries(edges).map(([ref, from]) => ({ ref, from: splitPort(from), to: splitPort(ref) }))
  wires.set(edges, found)
  return found
}

/** Why a subgraph or composite is not flattened. */
function closedBecause({ name, graph }: Inside, enclosing: readonly string[], size: number): Problem | undefined {
  if (enclosing.includes(name))
    return {
      code: 'graph.recursion',
      params: { name, path: [...enclosing.slice(enclosing.indexOf(name)), name].join(' → ') },
    }
  if (enclosing.length >= nestingLimit || size + Object.keys(graph.nodes).length > unfoldedLimit)
    return { code: 'graph.too-large', params: { name, limit: unfoldedLimit, depth: nestingLimit } }
  return undefined
}

function missingSubgraph({ type }: NodeRecord): Problem | undefined {
  const name = subgraphName(type)
  return name === undefined ? undefined : { code: 'graph.unknown-subgraph', params: { name } }
}

/** All nodes, with subgraphs flattened, and all wires between them. Bypassed nodes are still wired as if they ran. */
export function unfold(document: Document, catalogue: Catalogue): Unfolded {
  const nodes = new Map<string, Growing>()
  const groups = new Map<string, FlatGroup>()
  const problems = new Map<string, Problem>()
  const scopes: Scope[] = [{ prefix: '', name: undefined, graph: document, enclosing: [] }]
  let unfolded = 0

  // The list grows during the walk: subgraphs follow what encloses them.
  for (const { prefix, name, graph, enclosing } of scopes) {
    for (const [local, record] of Object.entries(graph.nodes)) {
      const id = prefix + local
      const inside = insideOf(document, catalogue, record)
      const problem = inside ? closedBecause(inside, enclosing, unfolded) : missingSubgraph(record)
      if (problem) problems.set(id, problem)
      else if (inside && !record.bypass) {
        unfolded += Object.keys(inside.graph.nodes).length
        groups.set(id, { id, record, ...inside })
        scopes.push({ prefix: `${id}/`, ...inside, enclosing: [...enclosing, inside.name] })
        continue
      }
      nodes.set(id, { id, type: record.type, record, graph: name, local, inputs: {}, broken: nothingBroken })
    }
  }

  const outputOf = (prefix: string, [local, port]: Port): FlatOutput | Problem => {
    const node = prefix + local
    const group = groups.get(node)
    if (!group) return nodes.has(node) ? { node, port } : noNode(node)
    const inner = own(group.graph.outputs, port)
    return inner ? outputOf(`${node}/`, splitPort(inner.from)) : noPort(node, 'output', port, group.graph.outputs)
  }

  const inputsOf = (prefix: string, [local, port]: Port): FlatOutput[] | Problem => {
    const node = prefix + local
    const group = groups.get(node)
    if (!group) return nodes.has(node) ? [{ node, port }] : noNode(node)
    const inner = own(group.graph.inputs, port)
    if (!inner) return noPort(node, 'input', port, group.graph.inputs)
    const ends: FlatOutput[] = []
    for (const to of inner.to) {
      const found = inputsOf(`${node}/`, splitPort(to))
      if (isProblem(found)) return found
      ends.push(...found)
    }
    return ends
  }

  for (const { prefix, graph } of scopes)
    for (const { ref, from, to } of wiresOf(graph)) {
      const wire = prefix + ref
      const source = outputOf(prefix, from)
      const ends = inputsOf(prefix, to)
      if (isProblem(ends)) problems.set(wire, ends)
      else if (isProblem(source)) problems.set(wire, source)
      if (isProblem(ends)) continue
      for (const { node, port } of ends) {
        const target = nodes.get(node)
        if (!target) continue
        if (Object.hasOwn(target.inputs, port)) problems.set(wire, { code: 'wire.second', params: { port } })
        else if (isProblem(source)) target.broken = { ...target.broken, [port]: source }
        else target.inputs[port] = { node: source.node, port: source.port, wire }
      }
    }
  return { nodes, groups, problems }
}

/** The outputs of flattened subgraphs, `outer.edges` → the output inside that it exposes. */
export function groupOutputs({ groups, nodes }: Unfolded): Map<string, FlatOutput> {
  const outputs = new Map<string, FlatOutput>()
  // Inner groups were found after outer ones, so in reverse order each finds what it needs.
  for (const { id, graph } of [...groups.values()].reverse())
    for (const [port, { from }] of Object.entries(graph.outputs)) {
      const ref = `${id}/${from}`
      const [node, inner] = splitPort(ref)
      const found = groups.has(node) ? outputs.get(ref) : nodes.has(node) ? { node, port: inner } : undefined
      if (found) outputs.set(`${id}.${port}`, found)
    }
  return outputs
}
