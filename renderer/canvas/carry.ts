/**
 * What is dragged is moved by its elements alone. React Flow goes over all nodes whenever one has changed, so it hears of it
 * only when it is put down, and when the view moves: from where things are it tells what is to be drawn.
 */
import { currentGraph, type EditorState, useEditor } from '../state/editor.ts'
import { parseId } from './flow.ts'
import type { Point } from './geometry.ts'
import { type CanvasState, setCanvas, useCanvas } from './store.ts'

const still: Point = { x: 0, y: 0 }

/** Where the document has it. */
function placeOf(s: EditorState, canvasId: string): Point | undefined {
  const { kind, id } = parseId(canvasId)
  const graph = currentGraph(s)
  if (kind === 'boundary') return undefined
  return { node: graph.nodes, frame: graph.frames, note: graph.notes }[kind][id]?.position
}

const distance = (from: Point | undefined, to: Point | undefined): Point =>
  from && to ? { x: to.x - from.x, y: to.y - from.y } : still

/** How far a thing on the canvas has been carried from where React Flow has it. */
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
    // A layer of its own, or the browser would paint and layer all nodes again.
    style.willChange = to ? 'translate' : ''
  }
}

/** Until what it gives is called. */
export function carryElements(root: HTMLElement): () => void {
  const elements = root.getElementsByClassName('react-flow__node') as HTMLCollectionOf<HTMLElement>
  return useCanvas.subscribe((state, old) => {
    if (state.moving !== old.moving || state.told !== old.told) carry(state, elements)
  })
}

/** The view has moved. */
export function tellCarried(): void {
  const { moving, told } = useCanvas.getState()
  if (told !== moving) setCanvas({ told: moving })
}
