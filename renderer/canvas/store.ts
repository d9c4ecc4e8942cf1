/** The canvas's transient state, never part of the document. */
import type { ReactFlowInstance } from '@xyflow/react'
import { useMemo } from 'react'
import { create } from 'zustand'
import type { WireCheck } from '../../engine/graph/connect.ts'
import type { PortRef } from '../../engine/graph/document.ts'
import { currentGraph, type EditorState, useEditor } from '../state/editor.ts'
import type { End } from '../state/wiring.ts'
import type { FlowNode, FlowWire } from './flow-types.ts'
import type { Point, Size } from './geometry.ts'

/** A wire being drawn: the verdict of each socket. */
export interface Wiring {
  readonly start: End
  readonly sockets: ReadonlyMap<PortRef, WireCheck>
}

/** The list of nodes to add, opened at a point of the window. */
export interface AddMenu {
  /** Its position on the screen, and where on the canvas the node goes. */
  readonly at: Point
  readonly place: Point
  /** Offers only nodes that this wire can connect to; the new node is connected. */
  readonly wire?: End
  /** The output of the selected node: what is added is connected to it where it fits. */
  readonly after?: End
}

export interface CanvasState {
  /** Positions (and sizes) during a drag, by canvas id, until they become an edit. */
  readonly moving: ReadonlyMap<string, Point & Partial<Size>>
  /** The part React Flow has been told; the rest moves by its DOM elements alone (`carry.ts`). */
  readonly told: ReadonlyMap<string, Point & Partial<Size>>
  /** Items are being dragged, not resized. */
  readonly dragging: boolean
  /** Alt is held during the drag: the drop makes a copy. */
  readonly copying: boolean
  /** A box selection is being drawn. */
  readonly boxing: boolean
  /** Zoomed out so far that nodes are thumbnails in one drawing. */
  readonly far: boolean
  /** Where nodes are not elements: the one under the pointer, which is. */
  readonly hovered: string | undefined
  /** In the overview: the resolution of thumbnails, in steps. */
  readonly farStep: number
  /** The size of pictures on the screen, in steps. */
  readonly scale: number
  readonly wiring: Wiring | undefined
  /** The canvas ids of what a lesson shows; everything else is dimmed. Absent: nothing is dimmed. */
  readonly lit: ReadonlySet<string> | undefined
  /** The wire into which a dragged node would be inserted. */
  readonly dropWire: PortRef | undefined
  readonly addMenu: AddMenu | undefined
  /** The canvas id of the item being renamed or edited. */
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

/** The canvas ids of everything being dragged, anywhere. */
export function useMovingIds(): ReadonlySet<string> {
  const ids = useCanvas((s) => [...s.moving.keys()].join())
  return useMemo(() => new Set(ids ? ids.split(',') : []), [ids])
}

/**
 * Above this number of nodes, the overview starts at a nearer zoom and only the node under the pointer is an element. A frame
 * has no time for more.
 */
const crowd = 100
const crowded = (s: EditorState): boolean => Object.keys(currentGraph(s).nodes).length > crowd

/** Below this zoom nodes are thumbnails. */
const farZoom = { few: 0.5, crowd: 0.6 } as const
/** Fine steps: preview pixels beyond those shown cost time while a slider moves. */
const scales = [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4, 2.8, 3.4, 4]
/** Thumbnail pixels per graph unit. */
const farSteps = [0.0625, 0.09, 0.125, 0.1875, 0.25, 0.375, farZoom.few, farZoom.crowd]
const upTo = (steps: readonly number[], zoom: number): number =>
  steps.find((step) => step >= zoom - 0.001) ?? steps.at(-1) ?? 1

/** Sets the zoom. Reports only steps, so that zooming does not re-render in between. */
export function zoomed(zoom: number): void {
  const far = zoom < (crowded(useEditor.getState()) ? farZoom.crowd : farZoom.few)
  const scale = upTo(scales, zoom)
  const farStep = upTo(farSteps, zoom)
  const state = useCanvas.getState()
  if (state.far !== far || (!far && state.scale !== scale) || (far && state.farStep !== farStep))
    setCanvas({ far, scale, farStep })
}

/** Whether nodes are drawn rather than rendered as elements. */
export const onlyDrawn = (): boolean => useCanvas.getState().far && crowded(useEditor.getState())
export const useCrowded = (): boolean => useEditor(crowded)
export function useOnlyDrawn(): boolean {
  const far = useCanvas((s) => s.far)
  const many = useCrowded()
  return far && many
}

/** The canvas for commands; set while it is mounted. */
export const canvas: {
  flow: ReactFlowInstance<FlowNode, FlowWire> | undefined
  element: HTMLElement | undefined
  /** The last position of the pointer, in the window. */
  pointer: Point | undefined
  /** The width covered by an overlay on the left; the view is fitted beside it. */
  covered: number
} = { flow: undefined, element: undefined, pointer: undefined, covered: 0 }

const noBox = { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 }

/** Where to put an item without a position: under the pointer if it is on the canvas, otherwise (or on request) in the middle. */
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
