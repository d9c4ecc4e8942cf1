/** The engine's rules of wiring (`engine/graph/connect.ts`), applied to the open graph. */

import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import {
  canConnect,
  following,
  type KnownShapes,
  type Match,
  offerOf,
  preceding,
  typesOf,
  type WireCheck,
  wantedBy,
} from '../../engine/graph/connect.ts'
import type { Document, PortRef } from '../../engine/graph/document.ts'
import type { Edit } from '../../engine/graph/edit.ts'
import { insertOnWire, portsOnWire } from '../../engine/graph/insert.ts'
import { shownSockets } from '../../engine/graph/sockets.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { describeSocket, type SocketSpec } from '../../engine/values/socket.ts'
import { currentGraph, type EditorState } from './editor.ts'
import { typeInfo } from './info.ts'
import { nodeShapes } from './reports.ts'

export type Side = 'in' | 'out'

export interface End {
  readonly node: string
  readonly port: string
  readonly side: Side
}

export const portRef = ({ node, port }: Pick<End, 'node' | 'port'>): PortRef => `${node}.${port}`

export const knownShapes = (): KnownShapes => Object.fromEntries(nodeShapes.entries())

/** The verdict of every socket on a wire from `start`: `blur.image` → whether, how, or why not. */
export function allConnections(s: EditorState, start: End): ReadonlyMap<PortRef, WireCheck> {
  const shapes = knownShapes()
  const path = s.trail.join('/')
  const from = portRef(start)
  const result = new Map<PortRef, WireCheck>()
  const graph = currentGraph(s)
  for (const [id, node] of Object.entries(graph.nodes)) {
    const info = typeInfo(s, node)
    const sockets = info && (info.open ? shownSockets(graph, id, info) : info)
    for (const port of Object.keys((start.side === 'out' ? sockets?.inputs : sockets?.outputs) ?? {})) {
      const ref = `${id}.${port}`
      const [out, into] = start.side === 'out' ? [from, ref] : [ref, from]
      result.set(ref, canConnect(s.document, s.catalogue, shapes, out, into, path))
    }
  }
  return result
}

/** The node types that a wire from `start` could go to, with the socket; best first. */
export function matchesFor(s: EditorState, start: End, types = typesOf(s.document, s.catalogue)): readonly Match[] {
  const path = s.trail.join('/')
  if (start.side === 'out') {
    const offer = offerOf(s.document, s.catalogue, knownShapes(), portRef(start), path)
    return offer ? following(s.catalogue, offer, types) : []
  }
  const wanted = wantedBy(s.document, s.catalogue, portRef(start), path)
  return wanted ? preceding(s.catalogue, wanted, types) : []
}

/** The best socket of this type for a wire from `start`. */
export const bestPort = (s: EditorState, start: End, info: NodeInfo): string | undefined =>
  matchesFor(s, start, [info])[0]?.port

/** Whether a node of this type can be inserted into the wire that ends at `end`. */
export const fitsOnWire = (s: EditorState, end: PortRef, info: NodeInfo): boolean =>
  portsOnWire(s.document, s.catalogue, knownShapes(), info, end, s.trail.join('/')) !== undefined

/** The edit that inserts a node into a wire of the open graph. `document`: with the node already in it. */
export const onWire = (s: EditorState, document: Document, id: string, end: PortRef): Edit =>
  insertOnWire(document, s.catalogue, knownShapes(), id, end, s.trail.join('/'))

/** Why the wire is impossible, in words; undefined if it is possible. */
export const refusalWords = (check: WireCheck | undefined): string | undefined =>
  check && !check.ok ? wordsOf(check.problem) : undefined

/** The short text beside the pointer. */
export function hintWords(check: WireCheck): string | undefined {
  if (check.ok && check.prepares) return 'Prepares the picture for the network'
  if (check.ok) return check.converter?.label ?? (check.each ? 'Once for each element' : undefined)
  const { code, params } = check.problem
  if (code === 'wire.type') return `Needs ${params.wanted}`
  return code === 'graph.cycle' ? 'Would form a cycle' : wordsOf(check.problem)
}

/** A socket's tooltip and accessible name. */
export const socketWords = (side: Side, port: string, socket: SocketSpec): string =>
  `${side === 'in' ? 'Input' : 'Output'} ${port}: ${describeSocket(socket)}${
    side === 'in' && socket.optional ? ', optional' : ''
  }`
