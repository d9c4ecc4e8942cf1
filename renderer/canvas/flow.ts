/**
 * The graph in React Flow's form. An object is recreated only when something React Flow sees has changed; stable objects keep
 * it fast (moving a slider changes none).
 */
import { Position } from '@xyflow/react'
import { useMemo, useRef } from 'react'
import type { Graph, NodeRecord, Subgraph } from '../../engine/graph/document.ts'
import { currentGraph, currentInside, type EditorState, type Selection, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import { say } from '../words/say.ts'
import type { FlowNode } from './flow-types.ts'
import { around, type Box, layoutOf, metrics, type NodeLayout, type Point, type Size } from './geometry.ts'
import { useCanvas, useMovingIds, useOnlyDrawn } from './store.ts'

/** Canvas ids: nodes use their own; everything that could clash with them has a prefix that no id can contain. */
export const frameId = (id: string): string => `frame:${id}`
export const noteId = (id: string): string => `note:${id}`
export const boundaryId = { in: 'boundary:in', out: 'boundary:out' } as const

export type Kind = 'node' | 'frame' | 'note' | 'boundary'
/** What a canvas id refers to. */
export function parseId(canvasId: string): { readonly kind: Kind; readonly id: string } {
  const colon = canvasId.indexOf(':')
  return colon < 0
    ? { kind: 'node', id: canvasId }
    : { kind: canvasId.slice(0, colon) as Kind, id: canvasId.slice(colon + 1) }
}

/**
 * Whether a wire of the canvas ends at a subgraph's boundary (`in:blur.image`). Other wires are named by where they end: a node
 * id has no colon, but a port may have one.
 */
export const isBoundaryWire = (id: string): boolean => id.startsWith('in:') || id.startsWith('out:')

/** For React Flow, a boundary's socket is a wire end like any other. */
export const newPort = '+'

function handlesOf({ width, inputs, outputs }: NodeLayout): NonNullable<FlowNode['handles']> {
  const half = metrics.socket / 2
  const size = { width: metrics.socket, height: metrics.socket }
  return [
    ...inputs.map(({ port, y }) => ({
      id: port,
      type: 'target' as const,
      position: Position.Left,
      x: -half,
      y: y - half,
      ...size,
    })),
    ...outputs.map(({ port, y }) => ({
      id: port,
      type: 'source' as const,
      position: Position.Right,
      x: width - half,
      y: y - half,
      ...size,
    })),
  ]
}

interface Wanted extends Size {
  readonly kind: Exclude<Kind, 'boundary'>
  readonly id: string
  readonly position: Point
  readonly selected: boolean
  readonly title: string
  readonly layout?: NodeLayout
}

const layers = { frame: -1, note: 2, node: 3, boundary: 3 }

/**
 * Replaces the library's transforms: five hundred of them make the browser split the page into as many layers on every frame,
 * and panning takes 6 ms longer.
 */
const placed = ({ x, y }: Point) => ({ transform: 'none', left: x, top: y })

function toFlow(canvasId: string, { kind, id, position, width, height, selected, title, layout }: Wanted): FlowNode {
  return {
    id: canvasId,
    type: kind,
    data: { id },
    position,
    width,
    height,
    measured: { width, height },
    selected,
    zIndex: layers[kind] + (selected && kind !== 'frame' ? 1 : 0),
    ariaLabel: title,
    ...(layout && { handles: handlesOf(layout) }),
    style: {
      ...placed(position),
      // A frame does not block what is inside or behind it: only its title takes the pointer.
      ...(kind === 'frame' && { pointerEvents: 'none' }),
    },
    ...(kind === 'frame' && { dragHandle: '.frame-title' }),
  }
}

/** A subgraph's boundary stands to the left and right of its content. */
export function boundaryLayouts(
  graph: Subgraph,
  boxes: readonly Box[],
): Readonly<Record<'in' | 'out', Box & NodeLayout>> {
  const box = around(boxes) ?? { x: 0, y: 0, width: 400, height: 200 }
  const ports = (names: readonly string[]) =>
    [...names, newPort].map((port, i) => ({
      port,
      socket: { type: 'any' as const },
      y: metrics.header + metrics.rowsPadding + (i + 0.5) * metrics.row,
      optional: false,
    }))
  const size = (count: number): Size => ({
    width: 120,
    height: metrics.header + 2 * metrics.rowsPadding + (count + 1) * metrics.row,
  })
  const inputs = Object.keys(graph.inputs)
  const outputs = Object.keys(graph.outputs)
  const common = { inputs: [], outputs: [], preview: undefined, slider: undefined, y: box.y }
  return {
    in: { ...common, ...size(inputs.length), x: box.x - 240, outputs: ports(inputs) },
    out: { ...common, ...size(outputs.length), x: box.x + box.width + 120, inputs: ports(outputs) },
  }
}

type Wish = { readonly canvasId: string; readonly wanted: Wanted }

function wishes(s: EditorState, graph: Graph, selection: Selection): Wish[] {
  const list: Wish[] = []
  for (const [id, record] of Object.entries(graph.frames)) {
    const selected = selection.frames.has(id)
    const { position, size } = record
    list.push({
      canvasId: frameId(id),
      wanted: { kind: 'frame', id, selected, title: say(`Frame ${record.title}`), position, ...size },
    })
  }
  for (const [id, record] of Object.entries(graph.notes)) {
    const selected = selection.notes.has(id)
    const { position, size } = record
    list.push({ canvasId: noteId(id), wanted: { kind: 'note', id, selected, title: say('Note'), position, ...size } })
  }
  for (const [id, record] of Object.entries(graph.nodes)) {
    const info = typeInfo(s, record)
    const layout = layoutOf(id, record, info, graph)
    const selected = selection.nodes.has(id)
    const title = nodeTitle(record, info)
    const { width, height } = layout
    const { position } = record
    list.push({ canvasId: id, wanted: { kind: 'node', id, selected, title, layout, position, width, height } })
  }
  return list
}

const same = (a: Wanted, b: Wanted): boolean =>
  (a.position === b.position || (a.position.x === b.position.x && a.position.y === b.position.y)) &&
  a.width === b.width &&
  a.height === b.height &&
  a.selected === b.selected &&
  a.title === b.title &&
  (a.layout === b.layout || (!!a.layout && !!b.layout && sameLayout(a.layout, b.layout)))

/** Layouts of known types are shared objects; those of unknown types are computed each time. */
const sameLayout = (a: NodeLayout, b: NodeLayout): boolean =>
  a.height === b.height &&
  a.inputs.map((p) => p.port).join() === b.inputs.map((p) => p.port).join() &&
  a.outputs.map((p) => p.port).join() === b.outputs.map((p) => p.port).join()

export const sameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i])

/** The subgraph that is shown, if any. */
const shownSubgraph = (s: EditorState): Subgraph | undefined => currentInside(s)?.graph
export const useShownSubgraph = (): Subgraph | undefined => useEditor(shownSubgraph)

const nothing: FlowNode[] = []

/** What is being dragged or resized, as React Flow is told. */
function moved(node: FlowNode, on: Point & Partial<Size>): FlowNode {
  const width = on.width ?? node.width ?? 0
  const height = on.height ?? node.height ?? 0
  return {
    ...node,
    position: { x: on.x, y: on.y },
    width,
    height,
    measured: { width, height },
    style: { ...node.style, ...placed(on) },
    dragging: true,
  }
}

/** The same object for the same node. */
function variant(change: Partial<FlowNode>): (node: FlowNode) => FlowNode {
  const variants = new WeakMap<FlowNode, FlowNode>()
  return (node) => {
    const known = variants.get(node) ?? { ...node, ...change }
    variants.set(node, known)
    return known
  }
}
const hidden = variant({ hidden: true })
/** Stays an element wherever it is dragged. */
const carried = variant({ dragging: true })

export function useFlowNodes(): FlowNode[] {
  const settled = useSettledNodes()
  const moving = useMovingIds()
  const told = useCanvas((s) => s.told)
  const drawn = useOnlyDrawn()
  const hovered = useCanvas((s) => drawn && s.hovered)
  const written = useCanvas((s) => drawn && s.writing)
  const wired = useCanvas((s) => drawn && s.wiring?.start.node)
  return useMemo(() => {
    if (!drawn && moving.size === 0) return settled
    return settled.map((node) => {
      const on = told.get(node.id)
      const here = on ? moved(node, on) : moving.has(node.id) ? carried(node) : node
      const atHand = !drawn || node.type !== 'node' || [hovered, written, wired].includes(node.id)
      return atHand ? here : hidden(here)
    })
  }, [settled, moving, told, drawn, hovered, written, wired])
}

/** As stored in the document. */
function useSettledNodes(): FlowNode[] {
  const graph = useEditor(currentGraph)
  const subgraph = useShownSubgraph()
  const selection = useEditor((s) => s.selection)
  const catalogue = useEditor((s) => s.catalogue)
  const graphs = useEditor((s) => s.document.graphs)
  const cache = useRef(new Map<string, { wanted: Wanted; node: FlowNode }>())
  const last = useRef<FlowNode[]>([])
  return useMemo(() => {
    // Before the catalogue arrives, every node would look unknown.
    if (catalogue.size === 0) return nothing
    const state = useEditor.getState()
    const next = new Map<string, { wanted: Wanted; node: FlowNode }>()
    const wanted = wishes({ ...state, catalogue, document: { ...state.document, graphs } }, graph, selection)
    const list = wanted.map(({ canvasId, wanted }): FlowNode => {
      const old = cache.current.get(canvasId)
      const entry = old && same(old.wanted, wanted) ? old : { wanted, node: toFlow(canvasId, wanted) }
      next.set(canvasId, entry)
      return entry.node
    })
    cache.current = next
    if (subgraph) list.push(...boundaryNodes(subgraph, list))
    if (!sameList(last.current, list)) last.current = list
    return last.current
  }, [graph, subgraph, selection, catalogue, graphs])
}

function boundaryNodes(subgraph: Subgraph, nodes: readonly FlowNode[]): FlowNode[] {
  const boxes = nodes.map(({ position, width = 0, height = 0 }) => ({ ...position, width, height }))
  const layouts = boundaryLayouts(subgraph, boxes)
  return (['in', 'out'] as const).map((side) => {
    const { x, y, width, height } = layouts[side]
    return {
      id: boundaryId[side],
      type: 'boundary',
      data: { id: side },
      position: { x, y },
      width,
      height,
      measured: { width, height },
      draggable: false,
      selectable: false,
      zIndex: layers.boundary,
      ariaLabel: say(side === 'in' ? 'Inputs of this subgraph' : 'Outputs of this subgraph'),
      handles: handlesOf(layouts[side]),
      style: placed({ x, y }),
    }
  })
}

/** The position of everything on the canvas, by canvas id. */
export function boxesOnCanvas(s: EditorState): ReadonlyMap<string, Box> {
  const boxes = new Map(
    wishes(s, currentGraph(s), s.selection).map(({ canvasId, wanted: { position, width, height } }): [string, Box] => [
      canvasId,
      { ...position, width, height },
    ]),
  )
  const subgraph = shownSubgraph(s)
  if (!subgraph) return boxes
  const boundary = boundaryLayouts(subgraph, [...boxes.values()])
  return boxes.set(boundaryId.in, boundary.in).set(boundaryId.out, boundary.out)
}

/** A node's position and size, for arranging. */
export function boxOf(s: EditorState, id: string, record: NodeRecord): Box {
  const { width, height } = layoutOf(id, record, typeInfo(s, record), currentGraph(s))
  return { ...record.position, width, height }
}
