/**
 * From the analysis of a graph to the planned nodes that run it. They are kept from plan to plan: one is made anew only where the
 * node, its wanted outputs or something upstream has changed, so an edit costs what is downstream of it.
 */
import type { Analysis } from '../graph/analyse.ts'
import type { InputPlan, NodeCheck } from '../graph/check.ts'
import type { Converter } from '../graph/convert.ts'
import type { NodeDefinition, Sockets } from '../graph/node.ts'
import { typeOf } from '../graph/sockets.ts'
import type { ParamValue } from '../types/param.ts'
import type { Problem } from '../types/problem.ts'
import type { Shape } from '../values/index.ts'
import type { Definitions } from './definitions.ts'
import type { Identity } from './identities.ts'
import { hashText, type Key } from './keys.ts'
import type { Link, PlannedNode } from './planned-node.ts'
import type { Sight } from './sights.ts'

/** A node that cannot run, and why. */
export interface Blocked {
  readonly why: 'error' | 'waiting' | 'skipped' | 'bypassed'
  readonly problem?: Problem
}

export interface Plan {
  readonly analysis: Analysis
  /** In running order. */
  readonly nodes: ReadonlyMap<string, PlannedNode>
  readonly blocked: ReadonlyMap<string, Blocked>
  /** What is in view. */
  readonly sights: readonly Sight[]
}

interface Remembered {
  readonly check: NodeCheck
  readonly identity: string
  /** Keys of the inputs, and the wanted outputs. */
  readonly rest: string
  readonly planned: PlannedNode
}

/** What a plan leaves for the next. */
export interface PlanMemo {
  entries: ReadonlyMap<string, Remembered>
}
export const newPlanMemo = (): PlanMemo => ({ entries: new Map() })

export interface PlanOptions {
  readonly definitions: Definitions
  readonly identity: (node: string) => Identity | undefined
  readonly sights: readonly Sight[]
  /** All outputs are wanted. */
  readonly everything?: boolean
  readonly memo?: PlanMemo
}

type Params = Readonly<Record<string, ParamValue>>
const texts = new WeakMap<Params, { readonly definition: NodeDefinition; readonly text: string }>()

/** The node's own part of a result's key. The parameters of an unchanged node are the same object. */
function nodeText(definition: NodeDefinition, params: Params): string {
  const known = texts.get(params)
  if (known?.definition === definition) return known.text
  const text = `${definition.type}\n${definition.version}\n${JSON.stringify(params)}`
  texts.set(params, { definition, text })
  return text
}

export function makePlan(analysis: Analysis, options: PlanOptions): Plan {
  const { flat, catalogue } = analysis
  const { definitions, memo, sights } = options
  const nodes = new Map<string, PlannedNode>()
  const blocked = new Map<string, Blocked>()
  const entries = new Map<string, Remembered>()
  const viewed = Map.groupBy(sights, ({ output }) => output.node)

  const wantsOf = (id: string, { preview, kind }: NodeDefinition, { outputs }: Sockets): string[] => {
    // To run a job once more for another output would take too long.
    if (options.everything || kind === 'job') return Object.keys(outputs)
    const wants = new Set<string>()
    for (const { port } of flat.uses.get(id) ?? []) wants.add(port)
    for (const { output } of viewed.get(id) ?? []) wants.add(output.port)
    const shown = preview ?? Object.keys(outputs)[0]
    if (wants.size === 0 && shown !== undefined) wants.add(shown)
    return [...wants].filter((port) => Object.hasOwn(outputs, port)).sort()
  }

  const take = (id: string, check: NodeCheck): void => {
    const record = flat.nodes.get(id)?.record
    const known = record && definitions.get(record.type)
    const sockets = record && typeOf(catalogue, record)
    const block = blockOf(id, check, blocked) ?? failedIdentity(options.identity(id))
    if (block || !known || !sockets) {
      blocked.set(id, block ?? { why: 'error' })
      return
    }
    const { definition } = known
    const wants = wantsOf(id, definition, sockets)
    const identity = options.identity(id)
    const text = identity && 'value' in identity ? identity.value : ''
    const links: [port: string, plan: InputPlan, link: Link][] = []
    let rest = wants.join(' ')
    for (const port in check.inputs) {
      const plan = check.inputs[port]
      const planned = plan && nodes.get(plan.node)
      if (!plan || !planned) continue
      links.push([port, plan, { from: planned, port: plan.port }])
      rest += `\n${port} ${planned.key} ${plan.port}`
    }
    const before = memo?.entries.get(id)
    const kept =
      before &&
      before.check === check &&
      before.identity === text &&
      before.rest === rest &&
      before.planned.sockets === sockets
    // The same key does not mean the same planned node: one upstream may be wanted for something else.
    const same = kept && links.every(([port, , link]) => sourceOf(before.planned, port) === link.from)
    const planned = same
      ? before.planned
      : makePlanned(id, known.definition, sockets, check, wants, text, links, definitions)
    nodes.set(id, planned)
    entries.set(id, { check, identity: text, rest, planned })
  }

  for (const id of flat.order) {
    const check = analysis.nodes.get(id)
    if (check) take(id, check)
  }
  // Nodes of a cycle have no place in the order.
  for (const [id, check] of analysis.nodes) if (!nodes.has(id) && !blocked.has(id)) blocked.set(id, stateOf(check))
  if (memo) memo.entries = entries
  return { analysis, nodes, blocked, sights }
}

/** The nodes that another runnable node waits for. */
export function usedBy({ nodes, analysis }: Plan): Set<string> {
  const used = new Set<string>()
  for (const id of nodes.keys())
    for (const { node } of Object.values(analysis.nodes.get(id)?.inputs ?? {})) used.add(node)
  return used
}

const stateOf = ({ state, problem }: NodeCheck): Blocked => ({
  why: state === 'ready' ? 'error' : state,
  ...(problem && { problem }),
})

function blockOf(id: string, check: NodeCheck, blocked: ReadonlyMap<string, Blocked>): Blocked | undefined {
  if (check.state !== 'ready') return stateOf(check)
  for (const port in check.inputs) {
    const from = check.inputs[port]?.node ?? id
    const block = blocked.get(from)
    if (!block) continue
    if (block.why === 'waiting') return block
    const problem = block.why === 'skipped' ? block.problem : undefined
    return { why: 'skipped', problem: problem ?? { code: 'input.upstream', params: { node: from } } }
  }
  return undefined
}

const failedIdentity = (identity: Identity | undefined): Blocked | undefined =>
  identity && 'problem' in identity ? { why: 'error', problem: identity.problem } : undefined

/** The planned node that feeds an input, behind a converter. */
function sourceOf(planned: PlannedNode, port: string): PlannedNode | undefined {
  const fed = planned.inputs[port]?.from
  return fed?.hidden ? Object.values(fed.inputs)[0]?.from : fed
}

function makePlanned(
  id: string,
  definition: NodeDefinition,
  sockets: Sockets,
  check: NodeCheck,
  wants: readonly string[],
  identity: string,
  links: readonly [port: string, plan: InputPlan, link: Link][],
  definitions: Definitions,
): PlannedNode {
  const inputs: Record<string, Link> = {}
  for (const [port, { converter }, link] of links)
    inputs[port] = converter ? convert(id, link, converter, definitions) : link
  const shapes: Record<string, Shape> = {}
  for (const port in check.outputs) {
    const shape = check.outputs[port]?.shape
    if (shape) shapes[port] = shape
  }
  return {
    node: id,
    hidden: false,
    definition,
    sockets,
    params: check.params,
    identity,
    key: keyOf(definition, check.params, inputs, identity),
    draft: false,
    scale: 1,
    wants: new Set(wants),
    inputs,
    shapes,
  }
}

/** `extra`: whatever else the result depends on. */
export function keyOf(
  definition: NodeDefinition,
  params: Params,
  inputs: Readonly<Record<string, Link>>,
  extra = '',
): Key {
  let text = `${nodeText(definition, params)}\n${extra}`
  for (const port of Object.keys(inputs).sort()) {
    const link = inputs[port]
    if (link) text += `\n${port} ${link.from.key} ${link.port}`
  }
  return hashText(text)
}

/** Puts a converter on a wire. */
export function convert(node: string, link: Link, converter: Converter, definitions: Definitions): Link {
  const known = definitions.get(converter.type)
  if (!known) throw new Error(`there is no converter "${converter.type}"`)
  const { definition } = known
  const defaults = Object.fromEntries(Object.entries(definition.params).map(([name, spec]) => [name, spec.default]))
  const params = { ...defaults, ...converter.params }
  const inputs = { [converter.input]: link }
  const planned: PlannedNode = {
    node,
    hidden: true,
    definition,
    sockets: definition,
    params,
    identity: '',
    key: keyOf(definition, params, inputs),
    draft: link.from.draft,
    scale: link.from.scale,
    wants: new Set([converter.output]),
    inputs,
  }
  return { from: planned, port: converter.output }
}
