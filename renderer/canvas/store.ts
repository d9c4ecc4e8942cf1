/** What the canvas is doing at the moment: never part of the document. */
import type { ReactFlowInstance } from '@xyflow/react'
import { useMemo } from 'react'
import { create } from 'zustand'
import type { Connection } from '../../engine/graph/connect.ts'
import type { PortRef } from '../../engine/graph/document.ts'
import { currentGraph, type EditorState, useEditor } from '../state/editor.ts'
import type { End } from '../state/wiring.ts'
import type { FlowNode, FlowWire } from './flow.ts'
import type { Point, Size } from './geometry.ts'

/** A wire on its way: what each socket would say to it. */
export interface Wiring {
  readonly start: End
  readonly sockets: ReadonlyMap<PortRef, Connection>
}

/** The list of nodes to add, opened at a point of the window. */
export interface AddMenu {
  /** Where on the screen, and where on the canvas the node goes. */
  readonly at: Point
  readonly place: Point
  /** Only what this wire can go to; it is connected. */
  readonly wire?: End
}

export interface CanvasState {
  /** Places (and sizes) on the way, by canvas id, until they become an edit. */
  readonly moving: ReadonlyMap<string, Point & Partial<Size>>
  /** What React Flow has heard of it; the rest is carried by its elements alone (`carry.ts`). */
  readonly told: ReadonlyMap<string, Point & Partial<Size>>
  /** A hand carries what is moving: it is not being sized. */
  readonly dragging: boolean
  /** Alt is held in a drag: a copy will be put down. */
  readonly copying: boolean
  /** A box is being drawn over what it selects. */
  readonly boxing: boolean
  /** So far away that nodes are thumbnails in one drawing. */
  readonly far: boolean
  /** Where nodes are no elements: the one under the pointer, which is. */
  readonly hovered: string | undefined
  /** From afar: how finely thumbnails are drawn, in steps. */
  readonly farStep: number
  /** How large pictures are on the screen, in steps. */
  readonly scale: number
  readonly wiring: Wiring | undefined
  /** The canvas ids of what a lesson shows; what lies beside it steps back. Absent: nothing does. */
  readonly lit: ReadonlySet<string> | undefined
  /** The wire that a dragged node would be put on. */
  readonly dropWire: PortRef | undefined
  readonly addMenu: AddMenu | undefined
  /** What is being renamed or written in: a canvas id. */
  readonly writing: string | undefined
}

export const useCanvas = create<CanvasState>(() => ({
  moving: new Map(),
  told: new Map(),
  dragging: false,
  copying: false,
  boxing: false,
  far: false,
  hovered: undefined,
  farStep: 0,
  scale: 1,
  wiring: undefined,
  lit: undefined,
  dropWire: undefined,
  addMenu: undefined,
  writing: undefined,
}))
export const setCanvas = useCanvas.setState

/** The canvas ids of what is on the way, wherever it is. */
export function useMovingIds(): ReadonlySet<string> {
  const ids = useCanvas((s) => [...s.moving.keys()].join())
  return useMemo(() => new Set(ids ? ids.split(',') : []), [ids])
}

/**
 * More nodes than this are a crowd: seen from afar they are no elements but the one at hand, and afar begins nearer. A frame has
 * no time for so many.
 */
const crowd = 100
const crowded = (s: EditorState): boolean => Object.keys(currentGraph(s).nodes).length > crowd

/** Below this zoom nodes are thumbnails. */
const farZoom = { few: 0.5, crowd: 0.6 } as const
/** Close to each other: what is sent beyond what is shown costs time while a slider moves. */
const scales = [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4, 2.8, 3.4, 4]
/** Pixels of a thumbnail to one unit of the graph. */
const farSteps = [0.0625, 0.09, 0.125, 0.1875, 0.25, 0.375, farZoom.few, farZoom.crowd]
const upTo = (steps: readonly number[], zoom: number): number =>
  steps.find((step) => step >= zoom - 0.001) ?? steps.at(-1) ?? 1

/** The zoom is now this. Tells only of steps, so that zooming re-renders nothing in between. */
export function zoomed(zoom: number): void {
  const far = zoom < (crowded(useEditor.getState()) ? farZoom.crowd : farZoom.few)
  const scale = upTo(scales, zoom)
  const farStep = upTo(farSteps, zoom)
  const state = useCanvas.getState()
  if (state.far !== far || (!far && state.scale !== scale) || (far && state.farStep !== farStep))
    setCanvas({ far, scale, farStep })
}

/** Whether nodes are only drawn. */
export const onlyDrawn = (): boolean => useCanvas.getState().far && crowded(useEditor.getState())
export const useCrowded = (): boolean => useEditor(crowded)
export function useOnlyDrawn(): boolean {
  const far = useCanvas((s) => s.far)
  const many = useCrowded()
  return far && many
}

/** The canvas for commands: set while it is on the screen. */
export const canvas: {
  flow: ReactFlowInstance<FlowNode, FlowWire> | undefined
  element: HTMLElement | undefined
  /** Where the pointer was last, in the window. */
  pointer: Point | undefined
  /** How much of it something lies over at its left: what is shown whole is shown beside that. */
  covered: number
} = { flow: undefined, element: undefined, pointer: undefined, covered: 0 }

const noBox = { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 }

/** Where a thing goes that nobody placed: under the pointer if it is on the canvas, else (or if asked) in the middle. */
export function placeOnCanvas(middle = false): { readonly at: Point; readonly place: Point } {
  const box = canvas.element?.getBoundingClientRect() ?? noBox
  const { pointer } = canvas
  const inside =
    !middle &&
    pointer &&
    pointer.x >= box.left &&
    pointer.x <= box.right &&
    pointer.y >= box.top &&
    pointer.y <= box.bottom
  const at = inside ? pointer : { x: box.left + box.width / 2, y: box.top + box.height / 2 }
  return { at, place: canvas.flow?.screenToFlowPosition(at) ?? at }
}
