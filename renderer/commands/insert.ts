/** Putting new nodes on the canvas: alone, at the end of a wire, or on one. */
import type { NodeRecord, PortRef } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import { layoutOf, type Point } from '../canvas/geometry.ts'
import { inGraph, putNode } from '../state/actions.ts'
import { currentGraph, type EditorState, edit, select, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { bestPort, type End, portRef, portsOnWire } from '../state/wiring.ts'
import { connectPatches, wirePatch } from './connect.ts'
import { freshId, idBase } from './ids.ts'

export interface NewNode {
  readonly type: string
  /** Where: its top left corner, or its middle. */
  readonly place: Point
  readonly centred?: boolean
  readonly params?: Readonly<Record<string, ParamValue>>
  /** A wire that was dropped where the node goes. */
  readonly wire?: End
  /** The wire on which it goes, by where that ends. */
  readonly onWire?: PortRef | undefined
}

const round = (n: number): number => Math.round(n)

/** A place where no node stands already, a little below and beside it. */
function free(s: EditorState, { x, y }: Point): Point {
  const taken = Object.values(currentGraph(s).nodes).map(({ position }) => position)
  let place = { x: round(x), y: round(y) }
  while (taken.some((p) => Math.abs(p.x - place.x) < 8 && Math.abs(p.y - place.y) < 8))
    place = { x: place.x + 24, y: place.y + 24 }
  return place
}

/** The patches that put a node that stands already on a wire. */
export function onWirePatches(s: EditorState, id: string, type: string, end: PortRef): Patch[] {
  const info = typeInfo(s, type)
  const ports = info && portsOnWire(s, end, info)
  const from = currentGraph(s).edges[end]
  if (!ports || from === undefined) return []
  return [wirePatch(from, `${id}.${ports.input}`), wirePatch(`${id}.${ports.output}`, end)]
}

/** Adds the node, selects it and gives its id. */
export function addNode({ type, place, centred, params, wire, onWire }: NewNode): string | undefined {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const info = typeInfo(s, type)
  if (!info) return undefined
  const id = freshId(idBase(type), (taken) => taken in graph.nodes)
  const draft: NodeRecord = {
    type,
    ...(info.version > 1 && { version: info.version }),
    ...(params && { params: params as NonNullable<NodeRecord['params']> }),
    position: { ...place },
  }
  const { width, height, inputs, outputs } = layoutOf(id, draft, info, graph)
  const match = wire && bestPort(s, wire, info)
  // At the end of a wire the socket that takes it lies under the pointer.
  const socket = (wire?.side === 'out' ? inputs : outputs).find(({ port }) => port === match)
  const corner = socket
    ? { x: place.x - (wire?.side === 'in' ? width : 0), y: place.y - socket.y }
    : centred
      ? { x: place.x - width / 2, y: place.y - height / 2 }
      : place
  const patches: Patch[] = [putNode(id, { ...draft, position: { ...free(s, corner) } })]
  if (wire && match !== undefined) {
    const mine = portRef({ node: id, port: match })
    const other = portRef(wire)
    patches.push(...(wire.side === 'out' ? connectPatches(s, other, mine) : connectPatches(s, mine, other)))
  }
  if (onWire) patches.push(...onWirePatches(s, id, type, onWire))
  edit(patches, { label: `Add ${info.title}` })
  select({ nodes: [id] })
  return id
}

export function addFrame(box: Point & { width: number; height: number }, title = 'Frame'): string {
  const graph = currentGraph(useEditor.getState())
  const id = freshId('frame', (taken) => taken in graph.frames)
  const { x, y, width, height } = box
  const value = {
    title,
    position: { x: round(x), y: round(y) },
    size: { width: round(width), height: round(height) },
  }
  edit([{ ...inGraph(), table: 'frames', id, value } as Patch], { label: 'Add frame' })
  select({ frames: [id] })
  return id
}

export function addNote({ x, y }: Point, text = ''): string {
  const graph = currentGraph(useEditor.getState())
  const id = freshId('note', (taken) => taken in graph.notes)
  const value = { text, position: { x: round(x), y: round(y) }, size: { width: 240, height: 120 } }
  edit([{ ...inGraph(), table: 'notes', id, value } as Patch], { label: 'Add note' })
  select({ notes: [id] })
  return id
}
