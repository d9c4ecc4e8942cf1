/** Adding nodes to the canvas: alone, at the end of a wire, or into one. */
import type { Document, PortRef } from '../../engine/graph/document.ts'
import {
  addFrame as addFrameEdit,
  addNode as addNodeEdit,
  addNote as addNoteEdit,
  connect,
  inSequence,
  move,
} from '../../engine/graph/edits.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import { type Box, layoutOf, type Point } from '../canvas/geometry.ts'
import { currentGraph, edit, select, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { bestPort, type End, onWire as ontoWire } from '../state/wiring.ts'
import { between } from './connect.ts'
import { freePlace } from './free.ts'
import { roomOnWire } from './room.ts'

export interface NewNode {
  readonly type: string
  /** Where: its top left corner, or its centre. */
  readonly place: Point
  readonly centred?: boolean
  readonly params?: Readonly<Record<string, ParamValue>>
  /** The end of a wire that was dropped where the node goes. */
  readonly wire?: End
  /** The wire to insert it into, by where that wire ends. */
  readonly onWire?: PortRef | undefined
}

/** Adds the node, selects it and returns its id. */
export function addNode({ type, place, centred, params, wire, onWire }: NewNode): string | undefined {
  const s = useEditor.getState()
  const info = typeInfo(s, { type, ...(params && { params }) })
  if (!info) return undefined
  const { width, height, inputs, outputs } = layoutOf('', { type, position: { ...place } }, info, currentGraph(s))
  const match = wire && bestPort(s, wire, info)
  // At the end of a wire, put the accepting socket under the pointer.
  const socket = (wire?.side === 'out' ? inputs : outputs).find(({ port }) => port === match)
  const corner = socket
    ? { x: place.x - (wire?.side === 'in' ? width : 0), y: place.y - socket.y }
    : centred
      ? { x: place.x - width / 2, y: place.y - height / 2 }
      : place
  // On a wire it stays there, and others make room; elsewhere it covers nothing.
  const room = onWire ? roomOnWire(s, { ...corner, width, height }, onWire) : undefined
  const position = room?.at ?? freePlace(s, { ...corner, width, height })
  const make = (document: Document, graph: string | undefined) => {
    const made = addNodeEdit(document, { type, position, info, ...(params && { params }) }, graph)
    const { id } = made
    const rest: ((now: Document) => typeof made.edit)[] = []
    if (wire && match !== undefined) {
      const ends = between(wire, { node: id, port: match, side: wire.side === 'out' ? 'in' : 'out' })
      rest.push((now) => connect(now, ends.from, ends.to, graph))
    }
    if (onWire) rest.push((now) => ontoWire(s, now, id, onWire))
    if (room) rest.push((now) => move(now, { nodes: room.nodes }, graph))
    return { id, edit: inSequence(document, () => made.edit, ...rest) }
  }
  const made = edit(make, { label: `Add ${info.title}` })
  if (made) select({ nodes: [made.id] })
  return made?.id
}

export function addFrame({ x, y, width, height }: Box, title = 'Frame'): string | undefined {
  const frame = { title, position: { x, y }, size: { width, height } }
  const made = edit((document, graph) => addFrameEdit(document, frame, graph), { label: 'Add frame' })
  if (made) select({ frames: [made.id] })
  return made?.id
}

export function addNote({ x, y }: Point, text = ''): string | undefined {
  const size = { width: 240, height: 120 }
  const note = { text, position: { ...freePlace(useEditor.getState(), { x, y, ...size }) }, size }
  const made = edit((document, graph) => addNoteEdit(document, note, graph), { label: 'Add note' })
  if (made) select({ notes: [made.id] })
  return made?.id
}
