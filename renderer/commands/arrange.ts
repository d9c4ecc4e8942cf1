/** Aligning, distributing and laying out. All of it moves things and nothing else. */

import { splitPort } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import { boxOf } from '../canvas/flow.ts'
import { around, type Box, contains, layoutOf, type Point } from '../canvas/geometry.ts'
import { inGraph } from '../state/actions.ts'
import { currentGraph, type EditorState, edit, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'

export type Table = 'nodes' | 'frames' | 'notes'
export interface Thing {
  readonly table: Table
  readonly id: string
  readonly box: Box
}

/** Everything selected that has a place; with `all`, everything. */
export function things(s: EditorState, all = false): Thing[] {
  const graph = currentGraph(s)
  const wanted = (table: Table, id: string): boolean => all || s.selection[table].has(id)
  return [
    ...Object.entries(graph.nodes).map(([id, node]): Thing => ({ table: 'nodes', id, box: boxOf(s, id, node) })),
    ...Object.entries(graph.frames).map(
      ([id, { position, size }]): Thing => ({ table: 'frames', id, box: { ...position, ...size } }),
    ),
    ...Object.entries(graph.notes).map(
      ([id, { position, size }]): Thing => ({ table: 'notes', id, box: { ...position, ...size } }),
    ),
  ].filter(({ table, id }) => wanted(table, id))
}

/** What lies in a frame moves with it. */
export function inside(s: EditorState, frame: Box): Thing[] {
  return things(s, true).filter(({ box }) => box !== frame && contains(frame, box))
}

export type Place = Pick<Thing, 'table' | 'id'> & { readonly to: Point & { width?: number; height?: number } }

/** The patches that put things where they are wanted; nothing for what is there already. */
export function movePatches(s: EditorState, places: readonly Place[]): Patch[] {
  const graph = currentGraph(s)
  return places.flatMap(({ table, id, to }) => {
    const record = graph[table][id]
    if (!record) return []
    const position = { x: Math.round(to.x), y: Math.round(to.y) }
    const size =
      to.width !== undefined && to.height !== undefined
        ? { size: { width: Math.round(to.width), height: Math.round(to.height) } }
        : {}
    if (position.x === record.position.x && position.y === record.position.y && !('size' in size)) return []
    return [{ ...inGraph(), table, id, value: { ...record, ...size, position } } as Patch]
  })
}

export function move(places: readonly Place[], label: string, group?: string): void {
  const options = group === undefined ? { label } : { label, group, draft: true }
  edit(movePatches(useEditor.getState(), places), options)
}

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'

export function aligned(list: readonly Thing[], how: Alignment): Place[] {
  const all = around(list.map(({ box }) => box))
  if (!all) return []
  const at = ({ x, y, width, height }: Box): Point => {
    switch (how) {
      case 'left':
        return { x: all.x, y }
      case 'centre':
        return { x: all.x + (all.width - width) / 2, y }
      case 'right':
        return { x: all.x + all.width - width, y }
      case 'top':
        return { x, y: all.y }
      case 'middle':
        return { x, y: all.y + (all.height - height) / 2 }
      case 'bottom':
        return { x, y: all.y + all.height - height }
    }
  }
  return list.map(({ table, id, box }) => ({ table, id, to: at(box) }))
}

/** The first and the last stay; the gaps between become equal. */
export function distributed(list: readonly Thing[], axis: 'x' | 'y'): Place[] {
  const side = axis === 'x' ? 'width' : 'height'
  const inOrder = [...list].sort((a, b) => a.box[axis] - b.box[axis])
  const [first, last] = [inOrder[0], inOrder.at(-1)]
  if (!first || !last || inOrder.length < 3) return []
  const room = last.box[axis] + last.box[side] - first.box[axis]
  const gap = (room - inOrder.reduce((sum, { box }) => sum + box[side], 0)) / (inOrder.length - 1)
  let at = first.box[axis]
  return inOrder.map(({ table, id, box }) => {
    const to = { x: box.x, y: box.y, [axis]: at }
    at += box[side] + gap
    return { table, id, to }
  })
}

const nudgeRest = 700
let nudging: ReturnType<typeof setTimeout> | undefined

/** Arrow keys; a series of them is one step of undo. */
export function nudge(by: Point, settle: () => void): void {
  const list = things(useEditor.getState())
  if (list.length === 0) return
  move(
    list.map(({ table, id, box }) => ({ table, id, to: { x: box.x + by.x, y: box.y + by.y } })),
    'Move',
    'nudge',
  )
  clearTimeout(nudging)
  nudging = setTimeout(settle, nudgeRest)
}

/** Left to right along the wires; the selection where several are selected, else everything. */
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
        const { width, height, inputs, outputs } = layoutOf(id, node, typeInfo(s, node.type), graph)
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
    // The layout starts at 0, 0; what is laid out stays where it was.
    const old = around([...chosen].flatMap((id) => (graph.nodes[id] ? [boxOf(s, id, graph.nodes[id])] : [])))
    const places = (laid.children ?? []).map(
      ({ id, x = 0, y = 0 }): Place => ({ table: 'nodes', id, to: { x: x + (old?.x ?? 0), y: y + (old?.y ?? 0) } }),
    )
    move(places, 'Lay out')
  } finally {
    elk.terminateWorker()
  }
}
