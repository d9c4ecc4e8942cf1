/** Which wires can be drawn in the graph that is shown, which converter would stand on them, and why others cannot. */
import type { Catalogue, NodeInfo } from '../../engine/graph/catalogue.ts'
import { type Graph, type PortRef, splitPort } from '../../engine/graph/document.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { describeSocket, fits, type Offer, type SocketSpec } from '../../engine/types/socket.ts'
import { currentGraph, type EditorState, nodeRef } from './editor.ts'
import { typeInfo } from './info.ts'
import { nodeShapes } from './reports.ts'

export type Side = 'in' | 'out'

export interface End {
  readonly node: string
  readonly port: string
  readonly side: Side
}

export type WireFit =
  | { readonly ok: true; readonly each?: boolean; readonly converter?: string }
  /** `short` is for beside the pointer, `reason` says all. */
  | { readonly ok: false; readonly short: string; readonly reason: string }

/** Whether `offer` may go to `wanted`, by itself or through a converter that the engine puts on the wire. */
export function wireFit(offer: Offer, port: string, wanted: SocketSpec, catalogue: Catalogue): WireFit {
  const fit = fits(offer, wanted)
  if (fit.ok) return fit.each ? { ok: true, each: true } : { ok: true }
  for (const { converts } of catalogue.values())
    for (const { from, to, label } of converts)
      if (fits(offer, from).ok && fits({ socket: to }, wanted).ok) return { ok: true, converter: label }
  const params = { given: fit.given, port, wanted: fit.wanted }
  return { ok: false, short: `Needs ${fit.wanted}`, reason: wordsOf({ code: 'wire.type', params }) }
}

/** Every node that `start` leads to, itself included. */
function downstream(graph: Graph, start: string): ReadonlySet<string> {
  const next = new Map<string, string[]>()
  for (const [to, from] of Object.entries(graph.edges)) {
    const [source] = splitPort(from)
    next.set(source, [...(next.get(source) ?? []), splitPort(to)[0]])
  }
  const seen = new Set([start])
  for (const id of seen) for (const follower of next.get(id) ?? []) seen.add(follower)
  return seen
}

function upstream(graph: Graph, start: string): ReadonlySet<string> {
  const seen = new Set([start])
  const before = new Map<string, string[]>()
  for (const [to, from] of Object.entries(graph.edges)) {
    const [target] = splitPort(to)
    before.set(target, [...(before.get(target) ?? []), splitPort(from)[0]])
  }
  for (const id of seen) for (const source of before.get(id) ?? []) seen.add(source)
  return seen
}

const infoOf = (s: EditorState, graph: Graph, id: string): NodeInfo | undefined =>
  typeInfo(s, graph.nodes[id]?.type ?? '')

/** What a wire from this output would bring. */
export function offerOf(s: EditorState, id: string, port: string): Offer {
  const socket = infoOf(s, currentGraph(s), id)?.outputs[port] ?? { type: 'any' }
  const shape = nodeShapes.get(nodeRef(s.trail, id))?.[port]
  return shape && shape.kind !== 'unknown' ? { socket, shape } : { socket }
}

const circle: WireFit = {
  ok: false,
  short: 'Would make a circle',
  reason: 'This wire would form a circle, so nothing could come first.',
}

/** What becomes of a wire from `start` to every socket on the other side: `blur.image` → fit. */
export function allFits(s: EditorState, start: End): ReadonlyMap<PortRef, WireFit> {
  const graph = currentGraph(s)
  const result = new Map<PortRef, WireFit>()
  const closed = start.side === 'out' ? upstream(graph, start.node) : downstream(graph, start.node)
  const offer = start.side === 'out' ? offerOf(s, start.node, start.port) : undefined
  const wanted = infoOf(s, graph, start.node)?.inputs[start.port] ?? { type: 'any' as const }
  for (const id of Object.keys(graph.nodes)) {
    const info = infoOf(s, graph, id)
    if (!info) continue
    const ports = offer ? info.inputs : info.outputs
    for (const [port, socket] of Object.entries(ports))
      result.set(
        `${id}.${port}`,
        closed.has(id)
          ? circle
          : offer
            ? wireFit(offer, port, socket, s.catalogue)
            : wireFit(offerOf(s, id, port), start.port, wanted, s.catalogue),
      )
  }
  return result
}

const rank = (fit: WireFit, socket: SocketSpec): number =>
  !fit.ok ? 0 : fit.converter ? 1 : fit.each ? 2 : socket.type === 'any' ? 3 : 4

export interface Match {
  readonly port: string
  /** 1 through a converter ... 4 as it is. */
  readonly rank: number
}

/** The socket of a node type that a wire from `start` would best go to; undefined where none takes it. */
export function bestPort(s: EditorState, start: End, info: NodeInfo): Match | undefined {
  const graph = currentGraph(s)
  let best: Match | undefined
  const consider = (port: string, fit: WireFit, socket: SocketSpec): void => {
    const found = rank(fit, socket)
    if (found > (best?.rank ?? 0)) best = { port, rank: found }
  }
  if (start.side === 'out') {
    const offer = offerOf(s, start.node, start.port)
    for (const [port, socket] of Object.entries(info.inputs))
      consider(port, wireFit(offer, port, socket, s.catalogue), socket)
  } else {
    const wanted = infoOf(s, graph, start.node)?.inputs[start.port] ?? { type: 'any' as const }
    for (const [port, socket] of Object.entries(info.outputs))
      consider(port, wireFit({ socket }, start.port, wanted, s.catalogue), socket)
  }
  return best
}

/** What a socket is, for its tooltip and its accessible name. */
export const socketWords = (side: Side, port: string, socket: SocketSpec): string =>
  `${side === 'in' ? 'Input' : 'Output'} ${port}: ${describeSocket(socket)}${
    side === 'in' && socket.optional ? ', optional' : ''
  }`
