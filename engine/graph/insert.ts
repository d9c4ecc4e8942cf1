/** Inserting a node into a wire: which of its ports take the two halves, and the edit that does it. */
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { Changes } from './changes.ts'
import { following, graphAt, type KnownShapes, offerOf, preceding, wantedBy } from './connect.ts'
import type { Document, PortRef } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { infoOf, own, subgraphAt } from './info.ts'
import { reachOf } from './reach.ts'

export interface WirePorts {
  readonly input: string
  readonly output: string
}

/**
 * The ports by which a node of this type fits into a wire; undefined if it does not.
 * @param wire where the wire ends
 * @param path the open subgraph, as node ids; '' for the document itself
 */
export function portsOnWire(
  document: Document,
  catalogue: Catalogue,
  shapes: KnownShapes,
  info: NodeInfo,
  wire: PortRef,
  path = '',
): WirePorts | undefined {
  const from = own(graphAt(document, path)?.edges, wire)
  const offer = from === undefined ? undefined : offerOf(document, catalogue, shapes, from, path)
  const wanted = wantedBy(document, catalogue, wire, path)
  if (!offer || !wanted) return undefined
  const input = following(catalogue, offer, [info])[0]?.port
  const output = preceding(catalogue, wanted, [info])[0]?.port
  return input !== undefined && output !== undefined ? { input, output } : undefined
}

/**
 * Inserts a node into a wire: what fed the wire's end now feeds the node, and the node feeds that end. Throws `edit.impossible`
 * if its ports do not fit or a cycle would close.
 */
export function insertOnWire(
  document: Document,
  catalogue: Catalogue,
  shapes: KnownShapes,
  id: string,
  wire: PortRef,
  path = '',
): Edit {
  const changes = new Changes(document, path ? subgraphAt(document, path) : undefined)
  const info = infoOf(document, catalogue, changes.node(id))
  const from = own(changes.graph.edges, wire)
  const ports = info && from !== undefined ? portsOnWire(document, catalogue, shapes, info, wire, path) : undefined
  if (!ports || from === undefined) throw impossible(`"${id}" does not fit on that wire`)
  const around = graphAt(document, path)
  const [output, input] = [`${id}.${ports.output}`, `${id}.${ports.input}`]
  if (!around || reachOf(document, around, from).has(input) || reachOf(document, around, output).has(wire))
    throw impossible(`"${id}" on that wire would close a cycle`)
  changes.detach(new Set([input]))
  changes.put('edges', input, from)
  changes.put('edges', wire, output)
  return changes.edit
}
