/** The network that is open over the canvas: of which node, which of its folds are open, what is selected. Never part of the document. */
import { create } from 'zustand'
import { type FoldedNetwork, foldNetwork, wholeId } from '../../engine/graph/network-folds.ts'
import { type Problem, toProblem } from '../../engine/types/problem.ts'
import { currentGraph, type EditorState, nodeRef, type Trail, useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { nodeTitle, paramValue, typeInfo } from '../state/info.ts'
import { notifyError } from '../state/notices.ts'
import { setPanel } from '../state/ui.ts'
import { type NetworkLayout, NetworkPlaces, openElk } from './layout.ts'

/** The node whose network is open. */
export interface NetworkOwner {
  readonly id: string
  readonly trail: Trail
  /** What it was when it was opened: a network that has become another is read again. */
  readonly key: string
  /** Absent: it was built from layers. */
  readonly file?: string
}

interface NetworkState {
  readonly owner: NetworkOwner | undefined
  readonly folded: FoldedNetwork | undefined
  readonly problem: Problem | undefined
  readonly open: ReadonlySet<string>
  readonly layout: NetworkLayout | undefined
  /** An operator, a fold, an input or an output; undefined: nothing. */
  readonly selected: string | undefined
  /** What the view is to show: all of it, or an item; counts up with each wish. */
  readonly wish: { readonly turn: number; readonly item: string | undefined; readonly keep?: Anchor }
}

/** An item that stays where it is on the screen when the layout changes. */
export interface Anchor {
  readonly item: string
  readonly x: number
  readonly y: number
}

const nothing = {
  owner: undefined,
  folded: undefined,
  problem: undefined,
  open: new Set<string>(),
  layout: undefined,
  selected: undefined,
} as const

export const useNetwork = create<NetworkState>(() => ({ ...nothing, wish: { turn: 0, item: undefined } }))
const { getState: get, setState: set } = useNetwork

let places: NetworkPlaces | undefined
let elk: ReturnType<typeof openElk> | undefined

/** What a node's network is, if it has one: the file that holds it, or what it is built by. */
export function networkOf(s: EditorState, id: string): Pick<NetworkOwner, 'key' | 'file'> | undefined {
  const record = currentGraph(s).nodes[id]
  const source = typeInfo(s, record)?.network
  if (!record || !source) return undefined
  if ('built' in source) {
    // What is looked into changes nothing.
    const { [source.taps ?? '']: _, ...params } = record.params ?? {}
    return { key: `layers ${JSON.stringify(params)}` }
  }
  const spec = typeInfo(s, record)?.params[source.file]
  const path = spec ? paramValue(record, source.file, spec) : undefined
  return typeof path === 'string' && path.trim() !== '' ? { key: path, file: path } : undefined
}

/** The single selected node, if it has a network that can be opened. */
export function selectedNetwork(): string | undefined {
  const s = useEditor.getState()
  const [id, ...more] = s.selection.nodes
  return id !== undefined && more.length === 0 && networkOf(s, id) !== undefined ? id : undefined
}

export function openNetwork(id: string): void {
  const s = useEditor.getState()
  const network = networkOf(s, id)
  if (network === undefined) return
  closeNetwork()
  set({ ...nothing, owner: { id, trail: s.trail, ...network }, open: new Set() })
  setPanel('inspector', true)
  void load()
}

/** In ms: when what was laid out is on the screen. */
const soon = 200

function endLaying(): void {
  elk?.then((one) => one.terminateWorker()).catch(() => undefined)
  elk = undefined
}

export function closeNetwork(): void {
  if (!get().owner) return
  endLaying()
  places = undefined
  set({ ...nothing, open: new Set() })
}

/** Also after something went wrong. */
export async function load(): Promise<void> {
  const { owner } = get()
  if (!owner) return
  set({ problem: undefined })
  const laying = (): ReturnType<typeof openElk> => {
    elk ??= openElk()
    elk.catch(() => undefined)
    return elk
  }
  // It starts while a file is read. What was built from layers is here sooner, and mostly a chain until its folds are opened.
  if (owner.file !== undefined) laying()
  try {
    const network = await request('network', { node: nodeRef(owner.trail, owner.id) })
    if (get().owner !== owner) return
    const folded = foldNetwork(network)
    places = new NetworkPlaces(folded, laying)
    set({ folded, open: new Set(), selected: undefined, layout: undefined })
    await lay({ item: undefined })
    // For the first fold that is opened; what was laid out is drawn before.
    if (get().owner === owner) setTimeout(() => get().owner === owner && laying(), soon)
  } catch (error) {
    if (get().owner !== owner) return
    endLaying()
    set({ problem: toProblem(error) })
  }
}

async function lay(wish: { readonly item: string | undefined; readonly keep?: Anchor }): Promise<void> {
  const { open, wish: last } = get()
  const of = places
  const layout = await of?.layout(open)
  // Another one was wished for meanwhile.
  if (layout && of === places && get().open === open) set({ layout, wish: { ...wish, turn: last.turn + 1 } })
}

/** Opens or closes a fold, which stays where it is. */
export function toggleFold(id: string, to?: boolean): void {
  const { open, layout, folded } = get()
  const fold = folded?.items.get(id)
  if (fold?.kind !== 'fold' || id === wholeId) return
  const on = to ?? !open.has(id)
  if (on === open.has(id)) return
  const next = new Set(open)
  if (on) next.add(id)
  else next.delete(id)
  const at = layout?.items.find(({ item }) => item.id === id)
  set({ open: next, selected: id })
  lay({ item: undefined, ...(at && { keep: { item: id, x: at.x, y: at.y } }) }).catch(notifyError)
}

export const foldAll = (): void => {
  set({ open: new Set(), selected: undefined })
  lay({ item: undefined }).catch(notifyError)
}

export const selectItem = (id: string | undefined): void => set({ selected: id })

/** Opens the folds around an item and brings it into view. */
export function showItem(id: string): void {
  const { folded, open } = get()
  const around = folded?.foldsAround(id).filter((fold) => fold !== wholeId) ?? []
  const missing = around.some((fold) => !open.has(fold))
  set({ selected: id, ...(missing && { open: new Set([...open, ...around]) }) })
  if (missing) lay({ item: id }).catch(notifyError)
  else set({ wish: { turn: get().wish.turn + 1, item: id } })
}

/** What the network is called: the title of its node. */
export const networkTitle = (s: EditorState, { id }: NetworkOwner): string => {
  const record = currentGraph(s).nodes[id]
  return record ? nodeTitle(record, typeInfo(s, record)) : id
}

// It belongs to the node that is selected, in the graph that is open.
useEditor.subscribe((s) => {
  const { owner } = get()
  if (!owner) return
  const { trail, selection } = s
  const key = trail === owner.trail && selection.nodes.has(owner.id) ? networkOf(s, owner.id)?.key : undefined
  if (key === undefined || selection.nodes.size !== 1) closeNetwork()
  else if (key !== owner.key) openNetwork(owner.id)
})
