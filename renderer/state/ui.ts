/** The window's own state: panels, dialogs, what is in the viewer. Never part of the document or of undo. */
import { create } from 'zustand'

/** An output in the viewer: `node` is `outer/inner`. */
export interface ViewTarget {
  readonly node: string
  readonly port: string
}

export type Panel = 'palette' | 'inspector' | 'viewer' | 'problems' | 'list' | 'models' | 'memory'

/** The width of a panel beside the canvas that the user chose, and the width of the window then, in px. */
export interface ChosenWidth {
  readonly width: number
  readonly at: number
}
export type DialogName =
  | 'open'
  | 'open-scene'
  | 'save-as'
  | 'shortcuts'
  | 'commands'
  | 'discard'
  | 'about'
  | 'settings'
  | 'connect'
  | 'update'
  | 'page'
  | 'install-model'
  | 'remove-model'

export const viewerSlots = 9
/** The number of outputs shown side by side. */
export const viewerPanes = 4

/** The panels beside the canvas that have a button. */
type SidePanel = 'palette' | 'inspector'
const isSide = (panel: Panel): panel is SidePanel => panel === 'palette' || panel === 'inspector'

export interface UiState {
  readonly panels: Readonly<Record<Panel, boolean>>
  /** By panel id: palette, inspector, lesson. */
  readonly widths: Readonly<Record<string, ChosenWidth>>
  /** Panels that are open, but for which the window has no room now. */
  readonly squeezed: readonly string[]
  /** Of node list and inspector, the one opened last: it stays where the window has room for one only. */
  readonly front: SidePanel
  readonly dialog: DialogName | null
  /** What the keys 1 to 9 hold. */
  readonly slots: readonly (ViewTarget | null)[]
  /** The visible slots, oldest first; at most `viewerPanes`. */
  readonly shown: readonly number[]
  /** Palette: all nodes, or only the basic ones. */
  readonly allNodes: boolean
  readonly minimap: boolean
  /** Whether it is shown where the time of the last run went. */
  readonly profile: boolean
  /** Whether the start screen is open, and whether it opens when Sightline starts without a file. */
  readonly start: boolean
  readonly showAtStart: boolean
  /** Of the desktop program, at each start. */
  readonly lookForUpdates: boolean
}

const storageKey = 'sightline.ui'
type StoredUi = Pick<UiState, 'panels' | 'widths' | 'allNodes' | 'minimap' | 'showAtStart' | 'lookForUpdates'>

const defaults: StoredUi = {
  panels: { palette: true, inspector: true, viewer: false, problems: false, list: false, models: false, memory: false },
  widths: {},
  allNodes: false,
  minimap: true,
  showAtStart: true,
  lookForUpdates: false,
}

function restored(): StoredUi {
  try {
    const found = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<StoredUi>
    return { ...defaults, ...found, panels: { ...defaults.panels, ...found.panels } }
  } catch {
    // Preferences written by something else: use the defaults.
    return defaults
  }
}

export const useUi = create<UiState>(() => ({
  ...restored(),
  start: false,
  squeezed: [],
  front: 'inspector',
  profile: false,
  dialog: null,
  slots: Array.from({ length: viewerSlots }, () => null),
  shown: [],
}))
const { getState: get, setState: set } = useUi

useUi.subscribe(({ panels, widths, allNodes, minimap, showAtStart, lookForUpdates }) => {
  localStorage.setItem(
    storageKey,
    JSON.stringify({ panels, widths, allNodes, minimap, showAtStart, lookForUpdates } satisfies StoredUi),
  )
})

export const setAllNodes = (allNodes: boolean): void => set({ allNodes })
export const toggleMinimap = (): void => set({ minimap: !get().minimap })
export const showProfile = (profile: boolean): void => set({ profile })
export const showStart = (start: boolean): void => set({ start })
export const setShowAtStart = (showAtStart: boolean): void => set({ showAtStart })
export const setLookForUpdates = (lookForUpdates: boolean): void => set({ lookForUpdates })
export const openDialog = (dialog: DialogName | null): void => set({ dialog })
/** Open, with room for it in the window. */
export const isShown = ({ panels, squeezed }: UiState, panel: Panel): boolean =>
  panels[panel] && !squeezed.includes(panel)

export const setPanel = (panel: Panel, open: boolean): void =>
  set({ panels: { ...get().panels, [panel]: open }, ...(open && isSide(panel) && { front: panel }) })
export const togglePanel = (panel: Panel): void => setPanel(panel, !isShown(get(), panel))
export const chooseWidths = (chosen: UiState['widths']): void => set({ widths: { ...get().widths, ...chosen } })

/** Puts an output into slot 0..8 and shows it; a fifth replaces the one shown longest. */
export function putInViewer(slot: number, target: ViewTarget): void {
  const { slots, shown } = get()
  set({
    slots: slots.map((old, i) => (i === slot ? target : old)),
    shown: shown.includes(slot) ? shown : [...shown, slot].slice(-viewerPanes),
  })
  setPanel('viewer', true)
}

/** The slot for an output that names none: the first free one, else the one shown longest. */
export function firstFreeSlot(): number {
  const { slots, shown } = get()
  const free = slots.findIndex((target, i) => !target && i < viewerPanes)
  return free >= 0 ? free : (shown[0] ?? 0)
}

/** Shows the content of a slot, if any. */
export function showSlot(slot: number): void {
  const { slots, shown } = get()
  if (!slots[slot] || shown.includes(slot)) return
  set({ shown: [...shown, slot].slice(-viewerPanes) })
  setPanel('viewer', true)
}

export function closeSlot(slot: number): void {
  const { slots, shown } = get()
  set({ slots: slots.map((old, i) => (i === slot ? null : old)), shown: shown.filter((i) => i !== slot) })
}

/** Another document: clear the viewer. */
export const clearViewer = (): void => set({ slots: get().slots.map(() => null), shown: [] })
