/**
 * Dragging moves the DOM elements only. React Flow visits every node whenever one changes, so it is told only at the drop and
 * when the view moves, because it decides from the positions what is visible.
 */
import { currentGraph, type EditorState, useEditor } from '../state/editor.ts'
import { parseId } from './flow.ts'
import type { Point } from './geometry.ts'
import { type CanvasState, setCanvas, useCanvas } from './store.ts'

const still: Point = { x: 0, y: 0 }

/** Its position in the document. */
function placeOf(s: EditorState, canvasId: string): Point | undefined {
  const { kind, id } = parseId(canvasId)
  const graph = currentGraph(s)
  if (kind === 'boundary') return undefined
  return { node: graph.nodes, frame: graph.frames, note: graph.notes }[kind][id]?.position
}

const distance = (from: Point | undefined, to: Point | undefined): Point =>
  from && to ? { x: to.x - from.x, y: to.y - from.y } : still

/** How far an item on the canvas has been dragged from the position React Flow knows. */
export function useCarried(canvasId: string): Point {
  const to = useCanvas((s) => s.moving.get(canvasId))
  const told = useCanvas((s) => s.told.get(canvasId))
  const place = useEditor((s) => placeOf(s, canvasId))
  return distance(told ?? place, to)
}

function carry({ moving, told }: CanvasState, elements: Iterable<HTMLElement>): void {
  const s = useEditor.getState()
  for (const { style, dataset } of elements) {
    const { id = '' } = dataset
    const to = moving.get(id)
    const { x, y } = distance(told.get(id) ?? placeOf(s, id), to)
    style.translate = to ? `${x}px ${y}px` : ''
    // A layer of its own; otherwise the browser repaints all nodes.
    style.willChange = to ? 'translate' : ''
  }
}

/** Until the returned function is called. */
export function carryElements(root: HTMLElement): () => void {
  const elements = root.getElementsByClassName('react-flow__node') as HTMLCollectionOf<HTMLElement>
  return useCanvas.subscribe((state, old) => {
    if (state.moving !== old.moving || state.told !== old.told) carry(state, elements)
  })
}

/** The view moved. */
export function tellCarried(): void {
  const { moving, told } = useCanvas.getState()
  if (told !== moving) setCanvas({ told: moving })
}
