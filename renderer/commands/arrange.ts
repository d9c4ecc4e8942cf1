/** Aligning, distributing and laying out. They only move items. */

import {
  align as alignPlaces,
  distribute as distributePlaces,
  type Edge,
  type Item,
  itemsOf,
  placesOf,
} from '../../engine/graph/arrange.ts'
import type { Placed, PlacedTable } from '../../engine/graph/changes.ts'
import { type FrameRecord, type NoteRecord, splitPort } from '../../engine/graph/document.ts'
import { move as moveEdit, type Place } from '../../engine/graph/edits.ts'
import { boxOf } from '../canvas/flow.ts'
import { around, type Box, contains, layoutOf, type Point } from '../canvas/geometry.ts'
import { currentGraph, type EditorState, edit, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'

const boxOfSized = (_: string, { position, size }: FrameRecord | NoteRecord): Box => ({ ...position, ...size })

/** Position and size of every selected item; with `all`, of everything. */
function boxesOf(s: EditorState, all = false): Placed<Box> {
  const graph = currentGraph(s)
  const boxes = <T>(table: PlacedTable, records: Readonly<Record<string, T>>, box: (id: string, record: T) => Box) =>
    Object.fromEntries(
      Object.entries(records)
        .filter(([id]) => all || s.selection[table].has(id))
        .map(([id, record]) => [id, box(id, record)]),
    )
  return {
    nodes: boxes('nodes', graph.nodes, (id, node) => boxOf(s, id, node)),
    frames: boxes('frames', graph.frames, boxOfSized),
    notes: boxes('notes', graph.notes, boxOfSized),
  }
}

/** Every selected item that has a position. */
export const things = (s: EditorState): Item[] => itemsOf(boxesOf(s))

/** Items inside a frame move with it. */
export const inside = (s: EditorState, frame: Box): Item[] =>
  itemsOf(boxesOf(s, true)).filter(({ box }) => contains(frame, box))

export function move(places: Placed<Place>, label: string, group?: string): void {
  const options = group === undefined ? { label } : { label, group, draft: true }
  edit((document, graph) => moveEdit(document, places, graph), options)
}

export const align = (edge: Edge, label: string): void => move(alignPlaces(boxesOf(useEditor.getState()), edge), label)

/** The first and last stay in place; the gaps between become equal. */
export const distribute = (axis: 'horizontal' | 'vertical'): void =>
  move(distributePlaces(boxesOf(useEditor.getState()), axis), 'Distribute')

const nudgeRest = 700
let nudging: ReturnType<typeof setTimeout> | undefined

/** Arrow keys; a series of presses is one undo step. */
export function nudge(by: Point, settle: () => void): void {
  const list = things(useEditor.getState())
  if (list.length === 0) return
  move(
    placesOf(list, ({ box }) => ({ x: box.x + by.x, y: box.y + by.y })),
    'Move',
    'nudge',
  )
  clearTimeout(nudging)
  nudging = setTimeout(settle, nudgeRest)
}

/** Lays out left to right along the wires: the selection if it has several nodes, else everything. */
export async function autoLayout(): Promise<void> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js')
  const { default: ElkWorker } = await import('elkjs/lib/elk-worker.min.js?worker')
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const chosen = s.selection.nodes.size > 1 ? s.selection.nodes : new Set(Object.keys(graph.nodes))
  if (chosen.size === 0) return
  const elk = new Elk({ workerFactory: () => new ElkWorker() })
  try {
    const laid = await elk.layout({
      id: 'root',
      layoutOptions: {
        'elk.algorithm': 'layered',
        'elk.direction': 'RIGHT',
        'elk.layered.spacing.nodeNodeBetweenLayers': '72',
        'elk.spacing.nodeNode': '40',
        'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
        'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      },
      children: [...chosen].flatMap((id) => {
        const node = graph.nodes[id]
        if (!node) return []
        const { width, height, inputs, outputs } = layoutOf(id, node, typeInfo(s, node), graph)
        const port = (side: 'in' | 'out', x: number) => (p: { port: string; y: number }) => ({
          id: `${side}:${id}.${p.port}`,
          x,
          y: p.y,
          width: 1,
          height: 1,
        })
        return [
          {
            id,
            width,
            height,
            layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
            ports: [...inputs.map(port('in', 0)), ...outputs.map(port('out', width))],
          },
        ]
      }),
      edges: Object.entries(graph.edges)
        .filter(([to, from]) => chosen.has(splitPort(to)[0]) && chosen.has(splitPort(from)[0]))
        .map(([to, from]) => ({ id: to, sources: [`out:${from}`], targets: [`in:${to}`] })),
    })
    // The layout starts at 0, 0; keep the items where they were.
    const old = around([...chosen].flatMap((id) => (graph.nodes[id] ? [boxOf(s, id, graph.nodes[id])] : [])))
    const places = (laid.children ?? []).map(({ id, x = 0, y = 0 }) => [
      id,
      { x: x + (old?.x ?? 0), y: y + (old?.y ?? 0) },
    ])
    move({ nodes: Object.fromEntries(places) }, 'Lay out')
  } finally {
    elk.terminateWorker()
  }
}
