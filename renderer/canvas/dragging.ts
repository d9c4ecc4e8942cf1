/** Moving and resizing by hand. Intermediate positions stay in the canvas; the drop becomes one edit. */
import type { EdgeChange, NodeChange } from '@xyflow/react'
import type { Placed, PlacedTable } from '../../engine/graph/changes.ts'
import { inSequence, move, type Place } from '../../engine/graph/edits.ts'
import type { Typed } from '../../engine/graph/sockets.ts'
import { inside } from '../commands/arrange.ts'
import { duplicate } from '../commands/clip.ts'
import { roomOnWire } from '../commands/room.ts'
import { currentGraph, edit, type Selection, select, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { fitsOnWire, onWire } from '../state/wiring.ts'
import { boxOf, frameId, isBoundaryWire, noteId, parseId } from './flow.ts'
import type { FlowNode, FlowWire } from './flow-types.ts'
import type { Box, Point } from './geometry.ts'
import { type CanvasState, setCanvas, useCanvas } from './store.ts'

/** A mouse event from React or the browser, or a touch event, which has no single position. */
interface Gesture {
  readonly altKey: boolean
  readonly clientX?: number
  readonly clientY?: number
}

type Moving = Map<string, Point & { width?: number; height?: number }>

const tables = { node: 'nodes', frame: 'frames', note: 'notes' } as const
const canvasIdOf = (table: PlacedTable, id: string): string =>
  table === 'frames' ? frameId(id) : table === 'notes' ? noteId(id) : id

/** Everything inside the dragged frames: it moves with them unless it is dragged itself. */
let carried: {
  readonly frame: string
  readonly start: Point
  readonly things: readonly { id: string; at: Point }[]
}[] = []

function changeSelection(ids: Selection, changes: readonly { id: string; selected: boolean }[]): void {
  const next = {
    nodes: new Set(ids.nodes),
    edges: new Set(ids.edges),
    frames: new Set(ids.frames),
    notes: new Set(ids.notes),
  }
  for (const { id: canvasId, selected } of changes) {
    const { kind, id } = parseId(canvasId)
    const set = kind === 'node' ? next.nodes : kind === 'frame' ? next.frames : kind === 'note' ? next.notes : undefined
    if (selected) set?.add(id)
    else set?.delete(id)
  }
  select(next)
}

export function onNodesChange(changes: NodeChange<FlowNode>[]): void {
  const selects = changes.filter((change) => change.type === 'select')
  if (selects.length > 0) changeSelection(useEditor.getState().selection, selects)
  let moving: Moving | undefined
  for (const change of changes) {
    if (change.type === 'position' && change.position) {
      moving ??= new Map(useCanvas.getState().moving)
      moving.set(change.id, { ...moving.get(change.id), ...change.position })
    }
    if (change.type === 'dimensions' && change.resizing !== undefined && change.dimensions) {
      const { kind, id } = parseId(change.id)
      if (kind === 'node' || kind === 'boundary') continue
      moving ??= new Map(useCanvas.getState().moving)
      const graph = currentGraph(useEditor.getState())
      const record = graph[tables[kind]][id]
      if (!record) continue
      moving.set(change.id, { ...(moving.get(change.id) ?? record.position), ...change.dimensions })
      setCanvas({ moving, told: moving })
      if (!change.resizing) {
        commit('Resize')
        return
      }
    }
  }
  if (!moving) return
  for (const { frame, start, things } of carried) {
    const at = moving.get(frame)
    if (at)
      for (const { id, at: from } of things) moving.set(id, { x: from.x + at.x - start.x, y: from.y + at.y - start.y })
  }
  setCanvas({ moving })
}

export function onEdgesChange(changes: EdgeChange<FlowWire>[]): void {
  const selects = changes.filter((change) => change.type === 'select')
  if (selects.length === 0) return
  const { selection } = useEditor.getState()
  const edges = new Set(selection.edges)
  for (const { id, selected } of selects) {
    if (selected) edges.add(id)
    else edges.delete(id)
  }
  select({ ...selection, edges })
}

/** The positions at the drop, without anything removed meanwhile (by an undo during the drag). */
function placesOf(moving: CanvasState['moving']): Placed<Place> {
  const places = { nodes: {}, frames: {}, notes: {} } as Record<PlacedTable, Record<string, Place>>
  const graph = currentGraph(useEditor.getState())
  for (const [canvasId, to] of moving) {
    const { kind, id } = parseId(canvasId)
    if (kind !== 'boundary' && id in graph[tables[kind]]) places[tables[kind]][id] = to
  }
  return places
}

const rest = { moving: new Map(), told: new Map(), dragging: false, copying: false, dropWire: undefined }

/** What makes room for a node that is dropped on a wire. */
function roomFor({ id, wire }: { readonly id: string; readonly wire: string }, { nodes }: Placed<Place>) {
  const s = useEditor.getState()
  const record = currentGraph(s).nodes[id]
  const place = nodes?.[id]
  return record && place && roomOnWire(s, { ...boxOf(s, id, record), x: place.x, y: place.y }, wire, id)
}

/** @param onto the wire into which a node is inserted at the same time */
function commit(label: string, onto?: { readonly id: string; readonly wire: string }): void {
  const places = placesOf(useCanvas.getState().moving)
  const room = onto && roomFor(onto, places)
  edit(
    (document, graph) =>
      inSequence(
        document,
        (now) => move(now, places, graph),
        (now) => (onto ? onWire(useEditor.getState(), now, onto.id, onto.wire) : []),
        (now) => (onto && room ? move(now, { nodes: { ...room.nodes, [onto.id]: room.at } }, graph) : []),
      ),
    { label },
  )
  setCanvas(rest)
}

export function onDragStart(event: Gesture, nodes: readonly FlowNode[]): void {
  setCanvas({ copying: event.altKey, dragging: true })
  const s = useEditor.getState()
  const dragged = new Set(nodes.map(({ id }) => id))
  carried = nodes.flatMap(({ id: frame }) => {
    const { kind, id } = parseId(frame)
    const record = kind === 'frame' ? currentGraph(s).frames[id] : undefined
    if (!record) return []
    const box: Box = { ...record.position, ...record.size }
    const things = inside(s, box)
      .map((thing) => ({ id: canvasIdOf(thing.table, thing.id), at: { x: thing.box.x, y: thing.box.y } }))
      .filter((thing) => thing.id !== frame && !dragged.has(thing.id))
    return [{ frame, start: record.position, things }]
  })
}

/** The wire under the pointer into which a single, unwired node can be inserted. */
function wireUnder(event: Gesture, nodes: readonly FlowNode[]): string | undefined {
  const only = nodes.length === 1 ? nodes[0] : undefined
  // In the overview wires are only drawn and too thin to aim at.
  if (useCanvas.getState().far) return undefined
  if (only?.type !== 'node' || event.clientX === undefined || event.clientY === undefined) return undefined
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const record = graph.nodes[only.id]
  const prefix = `${only.id}.`
  if (!record || Object.entries(graph.edges).some(([to, from]) => to.startsWith(prefix) || from.startsWith(prefix)))
    return undefined
  return wireAt({ x: event.clientX, y: event.clientY }, record)
}

/** The wire at a point of the window into which this node fits. */
export function wireAt({ x, y }: Point, node: Typed): string | undefined {
  const wire = document
    .elementsFromPoint(x, y)
    .map((element) => element.closest<SVGElement>('[data-wire]')?.dataset.wire)
    .find((id) => id !== undefined && !isBoundaryWire(id))
  const s = useEditor.getState()
  const info = typeInfo(s, node)
  return wire !== undefined && info && fitsOnWire(s, wire, info) ? wire : undefined
}

export function onDrag(event: Gesture, nodes: readonly FlowNode[]): void {
  const dropWire = wireUnder(event, nodes)
  const copying = event.altKey
  const state = useCanvas.getState()
  if (state.dropWire !== dropWire || state.copying !== copying) setCanvas({ dropWire, copying })
}

export function onDragStop(nodes: readonly FlowNode[]): void {
  carried = []
  const { moving, copying, dropWire } = useCanvas.getState()
  const s = useEditor.getState()
  const [first] = nodes
  if (copying && first) {
    const { kind, id } = parseId(first.id)
    const old = kind === 'boundary' ? undefined : currentGraph(s)[tables[kind]][id]?.position
    const now = moving.get(first.id)
    setCanvas(rest)
    if (old && now) duplicate({ x: now.x - old.x, y: now.y - old.y }, 'Copy')
    return
  }
  const onto = first && dropWire !== undefined ? { id: first.id, wire: dropWire } : undefined
  commit(moving.size > 1 ? `Move ${moving.size} things` : 'Move', onto)
}
