/**
 * Fits the view to the graph, from the positions in the document and the size of the canvas. React Flow's fitView uses what it
 * has measured so far, which is incomplete while panels open and close.
 */
import { getViewportForBounds, type Viewport } from '@xyflow/react'
import { useEditor } from '../state/editor.ts'
import { uiScale } from '../theme/scale.ts'
import { boxesOnCanvas } from './flow.ts'
import { around } from './geometry.ts'
import { canvas, zoomed } from './store.ts'

export const zoomRange = { min: 0.04, max: 6 } as const

export interface FitOptions {
  /** Canvas ids; absent: everything. */
  readonly ids?: readonly string[]
  /** A fraction of the shown area, or a number of screen pixels. */
  readonly padding: Parameters<typeof getViewportForBounds>[5]
  readonly maxZoom: number
  /** ms */
  readonly duration?: number
}

/** The view that shows everything, as it was made: while it is this one, the user has not moved it. */
let whole: Viewport | undefined

export async function fitView({ ids, padding, maxZoom, duration }: FitOptions): Promise<void> {
  const { flow, element } = canvas
  const boxes = boxesOnCanvas(useEditor.getState())
  const box = around(ids?.flatMap((id) => boxes.get(id) ?? []) ?? boxes.values())
  if (!flow || !element?.clientWidth || !element.clientHeight || !box) return
  const { min } = zoomRange
  const viewport = getViewportForBounds(box, element.clientWidth, element.clientHeight, min, maxZoom, padding)
  await flow.setViewport(viewport, { ...(duration !== undefined && { duration }) })
  zoomed(flow.getZoom())
  if (!ids) whole = flow.getViewport()
}

/** Margin of the canvas around the fitted content. */
export const fitPadding = 0.12
const gap = 24
const plainView = { x: 0, y: 0 }

/** Shows everything, or the place where an empty pipeline begins. */
export function fitWhole(): void {
  const { covered, flow } = canvas
  const padding = covered > 0 ? ({ x: `${gap}px`, y: `${gap}px`, left: `${covered + gap}px` } as const) : fitPadding
  if (boxesOnCanvas(useEditor.getState()).size > 0) void fitView({ padding, maxZoom: 1.25 * uiScale() })
  else void flow?.setViewport({ ...plainView, zoom: uiScale() }).then(() => zoomed(flow.getZoom()))
}

/** The canvas has another size: what was shown whole and not moved since is shown whole again. Says whether it was. */
export function fitAgain(): boolean {
  const now = canvas.flow?.getViewport()
  const is = now && whole && now.x === whole.x && now.y === whole.y && now.zoom === whole.zoom
  if (is) fitWhole()
  return is ?? false
}

/** The interface is `by` times as large as before, and what is in the middle of the canvas with it. */
export function fitScale(by: number): void {
  const { flow, element } = canvas
  if (!flow || !element || fitAgain()) return
  const { x, y, zoom } = flow.getViewport()
  const next = Math.min(zoomRange.max, Math.max(zoomRange.min, zoom * by))
  const [cx, cy] = [element.clientWidth / 2, element.clientHeight / 2]
  const place = (from: number, centre: number): number => centre - ((centre - from) * next) / zoom
  void flow.setViewport({ x: place(x, cx), y: place(y, cy), zoom: next }).then(() => zoomed(flow.getZoom()))
}

/** Panels that open or close in the same step have resized the canvas by the next frame. */
export function whenLaidOut(then: () => void): () => void {
  const frame = requestAnimationFrame(then)
  return () => cancelAnimationFrame(frame)
}

/** The document or subgraph just opened has been fitted: the view may be led elsewhere from here. */
export const shownWhole = (): Promise<void> => new Promise((resolve) => whenLaidOut(() => whenLaidOut(() => resolve())))
