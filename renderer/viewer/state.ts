/** The viewer's state: one camera and one probe for all pictures, how two are compared, how numbers are displayed. */
import { create } from 'zustand'
import type { DisplayInput } from '../../engine/values/display.ts'
import { type Camera, fitCamera, type Point } from './camera.ts'

export type CompareMode = 'side' | 'wipe' | 'blink' | 'difference'
export type ProbeFormat = 'native' | 'byte' | 'unit'

export interface ViewerState {
  readonly camera: Camera
  /** The effective zoom, also while it fits: device pixels per pixel. */
  readonly shownZoom: number
  readonly mode: CompareMode
  /** The divider of the wipe, 0..1 of the stage. */
  readonly wipe: number
  /** Which of the two a blink shows. */
  readonly blink: 0 | 1
  /** The gain of the difference. */
  readonly gain: number
  /** The position under the pointer, as fractions of the picture. */
  readonly probe: Point | null
  /** The probe stays when the pointer moves on. */
  readonly pinned: boolean
  readonly probeFormat: ProbeFormat
  /** By pane ("0".."8", "selection"). */
  readonly displays: Readonly<Record<string, DisplayInput>>
  /** All panes map the same range of numbers. */
  readonly shared: boolean
  /** By pane: its range of numbers, known while a range is shared. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>
  /** While a node with handles is selected, the viewer shows its input with the handles, not its result. */
  readonly handles: boolean
  /** The slot that does so too, while it shows the selected node. */
  readonly inputSlot: number | undefined
  /** Histogram and statistics are open. */
  readonly statistics: boolean
}

export const useViewer = create<ViewerState>(() => ({
  camera: fitCamera,
  shownZoom: 1,
  mode: 'side',
  wipe: 0.5,
  blink: 0,
  gain: 1,
  probe: null,
  pinned: false,
  probeFormat: 'native',
  displays: {},
  shared: false,
  ranges: {},
  handles: true,
  inputSlot: undefined,
  statistics: false,
}))
const { getState: get, setState: set } = useViewer

export const setViewer = (change: Partial<ViewerState>): void => set(change)
export const fit = (): void => set({ camera: fitCamera })

export function setDisplay(pane: string, change: DisplayInput): void {
  const { displays } = get()
  set({ displays: { ...displays, [pane]: { ...displays[pane], ...change } } })
}

/** A, B, A, ...: the first press switches to blinking. */
export function blink(): void {
  const { mode, blink } = get()
  set(mode === 'blink' ? { blink: blink === 0 ? 1 : 0 } : { mode: 'blink', blink: 1 })
}
