/**
 * Built-in nodes that are made of other nodes. A composite is plain data: an inner graph, and which of its parameters are set
 * from outside. It is unfolded like a subgraph of the document, so running, keys and reports know nothing of it.
 */
import type { Handle } from '../types/handle.ts'
import type { ParamSpec, ParamValue } from '../types/param.ts'
import type { SocketSpec } from '../values/socket.ts'
import type { NodeInfo } from './catalogue.ts'
import { inColumns } from './columns.ts'
import { type NodeRecord, type PortRef, type Subgraph, splitPort } from './document.ts'
import type { Composite, DraftMode, Explain, NodeDefinition, Presets } from './node.ts'
import { checkRecord } from './record.ts'

type JsonParams = NonNullable<NodeRecord['params']>

interface Part {
  readonly of: NodeDefinition
  /** What differs from the defaults. */
  readonly params?: JsonParams
}

/** A parameter of the composite: the inner parameters that it sets (`nms.iou`), and what differs from the first of them. */
type Exposed = { readonly to: readonly PortRef[]; readonly default?: ParamValue } & Pick<ParamSpec, 'label' | 'help'>

export interface CompositeDeclaration {
  readonly type: string
  readonly version: number
  readonly title: string
  readonly alias?: string
  readonly keywords?: readonly string[]
  readonly summary: string
  readonly basic?: true
  /** The nodes inside, by their ids. */
  readonly nodes: Readonly<Record<string, Part>>
  /** Where a wire ends → where it starts. */
  readonly wires: Readonly<Record<PortRef, PortRef>>
  /** Where each input goes, and what each output comes from. */
  readonly inputs: Readonly<Record<string, readonly PortRef[]>>
  /** `socket`: of an output that follows from the inner node's parameters (a model's), and so is not in its declaration. */
  readonly outputs: Readonly<Record<string, PortRef | { readonly from: PortRef; readonly socket: SocketSpec }>>
  readonly params: Readonly<Record<string, Exposed>>
  /** Parameters that set several inner ones at once. */
  readonly choices?: Readonly<Record<string, { readonly spec: ParamSpec; readonly sets: Presets }>>
  readonly handles?: readonly Handle[]
  readonly explain: Explain
}

/** What an output is like, or lies over, is found inside. */
const bare = ({ like: _, over: __, ...socket }: SocketSpec): SocketSpec => socket

/** The first of them that a node inside has is that of the composite. */
const drafts: readonly DraftMode[] = ['none', 'exact', 'scaled']

/** Declares a composite. Sockets and parameters are those of the nodes inside; names must not clash. Throws for a name that is not there. */
export function defineComposite(declaration: CompositeDeclaration): NodeDefinition {
  const { nodes, wires, inputs, outputs, params, choices = {}, ...rest } = declaration
  const inside = <T>(ref: PortRef, table: (part: NodeDefinition) => Readonly<Record<string, T>>): T => {
    const [id, name] = splitPort(ref)
    const found = nodes[id] && table(nodes[id].of)[name]
    if (found === undefined) throw new Error(`${declaration.type}: there is no ${ref} inside`)
    return found
  }
  const places = inColumns(Object.keys(nodes), wires)
  const records = Object.entries(nodes).map(([id, { of, params }]): [string, NodeRecord] => {
    const own = { type: of.type, version: of.version, position: places.get(id) ?? { x: 0, y: 0 } }
    return [id, params ? { ...own, params } : own]
  })
  const exposed = Object.entries(params).map(([name, { to, ...own }]): [string, ParamSpec] => {
    const [first = ''] = to
    const [id, inner] = splitPort(first)
    const preset = nodes[id]?.params?.[inner]
    const spec = inside(first, (part) => part.params)
    // Whether a condition holds is up to nodes inside.
    const { when: _, ...always } = spec
    return [name, { ...always, ...(preset !== undefined && { default: preset }), ...own } as ParamSpec]
  })
  for (const { sets } of Object.values(choices))
    for (const ref of Object.values(sets).flatMap((preset) => Object.keys(preset))) inside(ref, (part) => part.params)
  const chosen = Object.entries(choices)
  const modes = Object.values(nodes).map(({ of }) => of.draft)
  return {
    ...rest,
    kind: 'pure',
    draft: drafts.find((mode) => modes.includes(mode)) ?? 'scaled',
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, [first = '']]) => [name, bare(inside(first, (part) => part.inputs))]),
    ),
    params: Object.fromEntries([...chosen.map(([name, { spec }]) => [name, spec] as const), ...exposed]),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [
        name,
        typeof output === 'string' ? bare(inside(output, (part) => part.outputs)) : { ...output.socket },
      ]),
    ),
    composite: {
      nodes: Object.fromEntries(records),
      edges: { ...wires },
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, to]) => [name, { to: [...to] }])),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [
          name,
          { from: typeof output === 'string' ? output : output.from },
        ]),
      ),
      params: Object.fromEntries(Object.entries(params).map(([name, { to }]) => [name, [...to]])),
      ...(chosen.length > 0 && { choices: Object.fromEntries(chosen.map(([name, { sets }]) => [name, sets])) }),
    },
    run: () => {
      throw new Error(`${declaration.type} runs as the nodes inside`)
    },
  }
}

const filled = new WeakMap<NodeRecord, { readonly info: NodeInfo; readonly graph: Subgraph | undefined }>()

/**
 * What is inside a node of this type, with the node's own parameters. Undefined where the type is no composite, or the node's
 * parameters or version are wrong: then it is checked as any other node. The same object for the same record.
 */
export function insideComposite(info: NodeInfo, record: NodeRecord): Subgraph | undefined {
  if (!info.composite) return undefined
  const known = filled.get(record)
  if (known?.info === info) return known.graph
  const graph = fill(info, info.composite, record)
  filled.set(record, { info, graph })
  return graph
}

function fill(info: NodeInfo, composite: Composite, record: NodeRecord): Subgraph | undefined {
  const { params, problem } = checkRecord({ record, type: info.type }, info)
  if (problem) return undefined
  const { params: exposed, choices = {}, ...graph } = composite
  const values = params as JsonParams
  const preset = Object.entries(choices).flatMap(([name, sets]) => Object.entries(sets[String(values[name])] ?? {}))
  const chosen = withParams(graph.nodes, itself(preset.map(([ref]) => ref)), Object.fromEntries(preset))
  return { ...graph, nodes: withParams(chosen, exposed, values), frames: {}, notes: {} }
}

/** Inner parameters by their own references. */
const itself = (refs: readonly PortRef[]) => Object.fromEntries(refs.map((ref) => [ref, [ref]]))

/** The nodes inside with parameters set from outside: name → the inner parameters that it sets. */
function withParams(
  nodes: Subgraph['nodes'],
  exposed: Readonly<Record<string, readonly PortRef[]>>,
  values: JsonParams,
): Subgraph['nodes'] {
  const next: Record<string, NodeRecord> = { ...nodes }
  for (const [name, refs] of Object.entries(exposed)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) continue
    for (const ref of refs) {
      const [id, inner] = splitPort(ref)
      const node = Object.hasOwn(next, id) ? next[id] : undefined
      if (node) next[id] = { ...node, params: { ...node.params, [inner]: value } }
    }
  }
  return next
}

const set = new WeakMap<NodeRecord, { readonly definition: Subgraph; readonly graph: Subgraph }>()

/** A definition of the document with what one use of it sets. The same object for the same record. */
export function insideUse(definition: Subgraph, record: NodeRecord): Subgraph {
  const { params: exposed } = definition
  if (!exposed || !record.params) return definition
  const known = set.get(record)
  if (known?.definition === definition) return known.graph
  const refs = Object.fromEntries(Object.entries(exposed).map(([name, { to }]) => [name, to]))
  const graph = { ...definition, nodes: withParams(definition.nodes, refs, record.params) }
  set.set(record, { definition, graph })
  return graph
}
