/** What can be wired to what: for a wire being drawn, and for the palette that opens where it is dropped. */

import type { Problem } from '../types/problem.ts'
import type { Shape } from '../values/index.ts'
import { type Offer, type SocketSpec, surelyFits } from '../values/socket.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { type Converter, judgeWire, offerDepth } from './convert.ts'
import { type Document, type Graph, type PortRef, splitPort } from './document.ts'
import { graphOf, infoOf, own, subgraphAt } from './info.ts'
import { knownNames } from './known-names.ts'
import { reachOf } from './reach.ts'

/** Node (`outer/inner`) → output → shape, from the analysis. */
export type KnownShapes = Readonly<Record<string, Readonly<Record<string, Shape>>>>

export type WireCheck =
  | {
      readonly ok: true
      readonly converter?: Converter
      readonly each?: true
      /** A picture meets a network that says what it was trained on: `prepareWire` inserts what is between them. */
      readonly prepares?: true
    }
  /** `problem` says why, `wordsOf(problem)` in words. */
  | { readonly ok: false; readonly problem: Problem }

const no = (problem: Problem): WireCheck => ({ ok: false, problem })

/** The graph at the end of a path of node ids; '' is the document itself. */
export function graphAt(document: Document, path: string): Graph | undefined {
  if (path === '') return document
  const name = subgraphAt(document, path)
  return name === undefined ? undefined : graphOf(document, name)
}

/**
 * What an output gives: its socket, refined by its shape. Undefined if there is no such output; outputs of nodes whose type
 * or sockets are unknown may give anything.
 * @param path the open subgraph, as node ids (`outer/inner`); '' for the document itself
 */
export function offerOf(
  document: Document,
  catalogue: Catalogue,
  shapes: KnownShapes,
  from: PortRef,
  path = '',
): Offer | undefined {
  const [id, port] = splitPort(from)
  const record = own(graphAt(document, path)?.nodes, id)
  if (!record) return undefined
  const info = infoOf(document, catalogue, record)
  if (!info) return { socket: { type: 'any' } }
  const spec = own(info.outputs, port)
  if (!spec) return info.open ? { socket: { type: 'any' } } : undefined
  const { like: _, ...declared } = spec
  const shape = own(own(shapes, path ? `${path}/${id}` : id), port)
  let socket: SocketSpec = declared
  // A node that runs for each element of a sequence gives a sequence, which its declaration does not say.
  if (shape)
    for (let depth = offerDepth({ socket }); depth < offerDepth({ socket, shape }); depth++)
      socket = { type: 'sequence', element: socket }
  return { socket, ...(shape && { shape }) }
}

/** The socket of an input; undefined if there is none. */
export function wantedBy(document: Document, catalogue: Catalogue, to: PortRef, path = ''): SocketSpec | undefined {
  const [id, port] = splitPort(to)
  const record = own(graphAt(document, path)?.nodes, id)
  const info = record && infoOf(document, catalogue, record)
  if (record && !info) return { type: 'any' }
  return own(info?.inputs, port) ?? (info?.open ? { type: 'any' } : undefined)
}

function missing(
  document: Document,
  catalogue: Catalogue,
  ref: PortRef,
  side: 'input' | 'output',
  path: string,
): Problem {
  const [node, port] = splitPort(ref)
  const record = own(graphAt(document, path)?.nodes, node)
  if (!record) return { code: 'wire.no-node', params: { node } }
  const info = infoOf(document, catalogue, record)
  const known = knownNames((side === 'input' ? info?.inputs : info?.outputs) ?? {})
  return { code: 'wire.no-port', params: { node, side, port, known } }
}

/** The cycle that a wire would close, in words; undefined if there is none. */
function circle(document: Document, graph: Graph, from: PortRef, to: PortRef): string | undefined {
  const reach = reachOf(document, graph, from)
  if (!reach.has(to)) return undefined
  const path: string[] = []
  const [start] = splitPort(to)
  for (let id: string | undefined = start; id !== undefined; id = reach.nodes.get(id)) path.push(id)
  return [...path, start].join(' → ')
}

/**
 * Whether a wire may be drawn from an output to an input; an existing wire there would be replaced. Says which converter would
 * be inserted, whether it would run for each element, or why it is impossible: `wire.type`, `graph.cycle`, `wire.no-node`,
 * `wire.no-port`.
 * @param path the open subgraph, as node ids (`outer/inner`); '' for the document itself
 */
export function canConnect(
  document: Document,
  catalogue: Catalogue,
  shapes: KnownShapes,
  from: PortRef,
  to: PortRef,
  path = '',
): WireCheck {
  const graph = graphAt(document, path)
  const offer = offerOf(document, catalogue, shapes, from, path)
  if (!graph || !offer) return no(missing(document, catalogue, from, 'output', path))
  const wanted = wantedBy(document, catalogue, to, path)
  if (!wanted) return no(missing(document, catalogue, to, 'input', path))
  const way = circle(document, graph, from, to)
  if (way) return no({ code: 'graph.cycle', params: { path: way } })
  const verdict = judgeWire(catalogue, offer, wanted, splitPort(to)[1])
  if (!verdict.ok && wanted.expects && offer.socket.type === 'image') return { ok: true, prepares: true }
  if (!verdict.ok) return verdict
  return {
    ok: true,
    ...(verdict.converter && { converter: verdict.converter }),
    ...(verdict.levels > 0 && { each: true }),
  }
}

/** A node type that could be at the other end of a wire, and the port for it. */
export interface Match {
  readonly info: NodeInfo
  readonly port: string
  /** Absent: it fits directly. */
  readonly converter?: Converter
  readonly each?: true
}

/** Every type that the palette offers: the catalogue's, and the subgraphs of this document. */
export const typesOf = (document: Document, catalogue: Catalogue): readonly NodeInfo[] => [
  ...catalogue.values(),
  ...Object.keys(document.graphs).flatMap((name) => infoOf(document, catalogue, { type: `graph/${name}` }) ?? []),
]

interface Scored extends Match {
  readonly score: number
}

/** How well a wire fits: directly before by converter, certain before possible, a specific socket before one that takes anything. */
function judged(catalogue: Catalogue, info: NodeInfo, port: string, offer: Offer, wanted: SocketSpec): Scored[] {
  const verdict = judgeWire(catalogue, offer, wanted, port)
  if (!verdict.ok) return []
  const { converter, levels } = verdict
  const vague = wanted.type === 'any' || offer.socket.type === 'any'
  const fit = converter ? 0 : vague ? 20 : surelyFits(offer, wanted) ? 40 : 30
  const score = fit - (levels > 0 ? 5 : 0) - (wanted.optional ? 2 : 0)
  return [{ info, port, score, ...(converter && { converter }), ...(levels > 0 && { each: true }) }]
}

/** One match per type: the best port, the first of equals. Best first; equals in catalogue order. */
function ranked(infos: Iterable<NodeInfo>, matches: (info: NodeInfo) => readonly Scored[]): readonly Match[] {
  const best: Scored[] = []
  for (const info of infos) {
    const [first, ...others] = matches(info)
    if (first) best.push(others.reduce((a, b) => (b.score > a.score ? b : a), first))
  }
  return best.sort((a, b) => b.score - a.score).map(({ score: _, ...match }) => match)
}

/** The types that an output could feed, with the input, best first. */
export const following = (
  catalogue: Catalogue,
  offer: Offer,
  types: Iterable<NodeInfo> = catalogue.values(),
): readonly Match[] =>
  ranked(types, (info) =>
    Object.entries(info.inputs).flatMap(([port, wanted]) => judged(catalogue, info, port, offer, wanted)),
  )

/** The types that could feed an input, with the output, best first. */
export const preceding = (
  catalogue: Catalogue,
  wanted: SocketSpec,
  types: Iterable<NodeInfo> = catalogue.values(),
): readonly Match[] =>
  ranked(types, (info) =>
    Object.entries(info.outputs).flatMap(([port, socket]) => judged(catalogue, info, port, { socket }, wanted)),
  )
