/** Everything that can be known of a node without running it: its type, version and parameters, its wires, what is missing. */

import type { ParamValue } from '../types/param.ts'
import type { Problem } from '../types/problem.ts'
import { describeSocket, type Offer, type SocketSpec } from '../values/socket.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { type Converter, judgeWire, peel } from './convert.ts'
import { infoOf, own } from './info.ts'
import { knownNames } from './known-names.ts'
import { preparationProblem } from './preparation.ts'
import type { Offers } from './shape.ts'
import type { FlatGraph, FlatNode } from './topology.ts'

/** What feeds an input, and how: through a converter, and for each element of this many levels of sequences. */
export interface InputPlan {
  readonly node: string
  readonly port: string
  readonly converter?: Converter
  readonly levels: number
}

/** What to report about a wire: `WireReport` of the protocol. */
export interface WireCheck {
  readonly problem?: Problem
  /** What is probably wrong, but runs all the same. */
  readonly advice?: Problem
  /** One of its ends is a socket that is not known yet. */
  readonly waiting?: true
  readonly converter?: string
  readonly each?: boolean
}

/**
 * ready: may run; waiting: an input or the choice of a file is missing, which is not an error; error: something is wrong with the
 * node or with a wire that ends here; skipped: something before it is; bypassed.
 */
export type NodeState = 'ready' | 'waiting' | 'error' | 'skipped' | 'bypassed'

export interface NodeCheck {
  readonly state: NodeState
  /** Of a waiting node: what it waits for. */
  readonly problem?: Problem
  /** Of a skipped node: the node that failed first. */
  readonly failed?: string
  /** Checked, with defaults. Of a node in error: the valid ones. */
  readonly params: Readonly<Record<string, ParamValue>>
  readonly inputs: Readonly<Record<string, InputPlan>>
  /** What each output gives, as far as it is known. */
  readonly outputs: Offers
  /** By input. */
  readonly wires: Readonly<Record<string, WireCheck>>
}

/** Whether what arrives was prepared as the network behind the socket was trained. */
function adviceOn({ expects }: SocketSpec, offer: Offer, levels: number): Problem | undefined {
  const { shape } = expects ? peel(offer, levels) : {}
  return expects && shape?.kind === 'tensor' ? preparationProblem(expects, shape) : undefined
}

/** What is known of the nodes before. */
export type Before = (node: string) => NodeCheck | undefined

/** The wires of a node: whether they fit, what is missing, what failed before. A wire's own problem comes before all others. */
export function checkInputs(
  flat: FlatGraph,
  catalogue: Catalogue,
  node: FlatNode,
  info: NodeInfo,
  before: Before,
): Pick<NodeCheck, 'state' | 'problem' | 'failed' | 'inputs' | 'wires'> {
  const inputs: Record<string, InputPlan> = {}
  const wires: Record<string, WireCheck> = {}
  let wrong: Problem | undefined
  let failed: string | undefined
  let waiting: Problem | undefined
  const refuse = (port: string, problem: Problem): void => {
    wires[port] = { problem }
    wrong ??= problem
  }
  for (const [port, problem] of Object.entries(node.broken)) refuse(port, problem)
  for (const port in node.inputs) {
    if (Object.hasOwn(info.inputs, port)) continue
    if (info.open) wires[port] = { waiting: true }
    else
      refuse(port, {
        code: 'wire.no-port',
        params: { node: node.id, side: 'input', port, known: knownNames(info.inputs) },
      })
  }
  for (const [port, socket] of Object.entries(info.inputs)) {
    const source = own(node.inputs, port)
    const missing: Problem = { code: 'input.waiting', params: { wanted: describeSocket(socket), port } }
    if (!source) {
      if (!socket.optional && !Object.hasOwn(node.broken, port)) waiting ??= missing
      continue
    }
    const from = before(source.node)
    if (from?.state === 'waiting') waiting ??= missing
    if (from?.state === 'error') failed ??= source.node
    if (from?.state === 'skipped') failed ??= from.failed
    const offer = own(from?.outputs, source.port)
    if (!offer) {
      const record = flat.nodes.get(source.node)?.record
      const there = record && infoOf(flat.document, catalogue, record)
      if (!there || Object.hasOwn(there.outputs, source.port)) continue
      if (there.open) wires[port] = { waiting: true }
      else
        refuse(port, {
          code: 'wire.no-port',
          params: { node: source.node, side: 'output', port: source.port, known: knownNames(there.outputs) },
        })
      continue
    }
    const verdict = judgeWire(catalogue, offer, socket, port)
    if (!verdict.ok) {
      refuse(port, verdict.problem)
      continue
    }
    const { converter, levels } = verdict
    inputs[port] = { node: source.node, port: source.port, levels, ...(converter && { converter }) }
    const advice = adviceOn(socket, offer, levels)
    if (converter || levels > 0 || advice)
      wires[port] = {
        ...(converter && { converter: converter.label }),
        ...(levels > 0 && { each: true }),
        ...(advice && { advice }),
      }
  }
  if (info.open) waiting ??= { code: 'sockets.reading', params: {} }
  const found = { inputs, wires }
  if (wrong) return { ...found, state: 'error', problem: wrong }
  if (failed !== undefined)
    return { ...found, state: 'skipped', failed, problem: { code: 'input.upstream', params: { node: failed } } }
  return waiting ? { ...found, state: 'waiting', problem: waiting } : { ...found, state: 'ready' }
}
