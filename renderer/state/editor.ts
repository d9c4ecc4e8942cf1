/**
 * The document being edited, its history, the selection and the open subgraph. Everything is immutable.
 * The engine's mirror (`engine.ts`) listens with `onChange`.
 */
import { create } from 'zustand'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument, type Graph, type PortRef } from '../../engine/graph/document.ts'
import { applyEdit, type Edit } from '../../engine/graph/edit.ts'
import { filesOf, filesOfEdit, type Renames, renameFiles, renameInEdit } from '../../engine/graph/files.ts'
import {
  begin,
  commit,
  entriesOf,
  type History,
  type Move,
  redo as redone,
  revise,
  settle as settled,
  type UndoEntry,
  undo as undone,
} from '../../engine/graph/history.ts'
import { type Inside, insideAt } from '../../engine/graph/info.ts'
import type { EngineMessage } from '../../engine/protocol/messages.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { notifyError } from './notices.ts'

export interface Selection {
  readonly nodes: ReadonlySet<string>
  /** Wires, by where they end. */
  readonly edges: ReadonlySet<PortRef>
  readonly frames: ReadonlySet<string>
  readonly notes: ReadonlySet<string>
}

export type Trail = readonly string[]
export type FileState = Extract<EngineMessage, { type: 'file' }>['state']

export interface EditorState {
  /** As kept in the history. */
  readonly document: Document
  /** The file this document is in; undefined: never saved. */
  readonly path: string | undefined
  /** The identity of the file when it was last read or written. */
  readonly stamp: string | undefined
  /** Each entry knows the subgraph in which it was made (node ids from the outermost). */
  readonly history: History<Trail>
  /** The last entry that the file contains; undefined: the document as it was opened. */
  readonly saved: UndoEntry<Trail> | undefined
  /** True for a document that is in no file although it was not edited (a recovered one). */
  readonly unsaved: boolean
  /** Its relation to its file: owned by this window, by another, changed or deleted on disk. */
  readonly file: FileState
  /** The paths that the user chose or allowed for it in this window. */
  readonly allowed: readonly FileUse[]
  readonly selection: Selection
  /** Node ids from the outermost to the open subgraph; empty: the document itself. */
  readonly trail: Trail
  readonly catalogue: Catalogue
  /** Counts the documents opened in this window. */
  readonly opened: number
}

export type Change =
  | { readonly kind: 'open' }
  | { readonly kind: 'edit'; readonly edit: Edit; readonly draft: boolean }
  | { readonly kind: 'settle' }

export const noSelection: Selection = { nodes: new Set(), edges: new Set(), frames: new Set(), notes: new Set() }

export const useEditor = create<EditorState>(() => ({
  document: emptyDocument,
  path: undefined,
  stamp: undefined,
  history: begin(emptyDocument),
  saved: undefined,
  unsaved: false,
  file: 'own',
  allowed: [],
  selection: noSelection,
  trail: [],
  catalogue: new Map(),
  opened: 0,
}))

const { getState: get, setState: set } = useEditor

const listeners = new Set<(change: Change) => void>()
export function onChange(listener: (change: Change) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const tell = (change: Change): void => {
  for (const listener of listeners) listener(change)
}

type Opened = Pick<EditorState, 'document' | 'catalogue'>

/** What a path leads into; undefined: it is empty, or no longer leads anywhere. */
export const insideOfTrail = ({ document, catalogue }: Opened, trail: Trail): Inside | undefined =>
  trail.length ? insideAt(document, catalogue, trail.join('/')) : undefined
/** What a path leads into; the document itself where it is empty, or no longer leads anywhere. */
export const graphOfTrail = (s: Opened, trail: Trail): Graph => insideOfTrail(s, trail)?.graph ?? s.document

/** The subgraph or composite that is open; undefined: the document itself. */
export const currentInside = (s: EditorState): Inside | undefined => insideOfTrail(s, s.trail)
export const currentGraphName = (s: EditorState): string | undefined => currentInside(s)?.name
export const currentGraph = (s: EditorState): Graph => graphOfTrail(s, s.trail)
/** What is shown belongs to Sightline: it can be looked at, and not changed. */
export const isBuiltIn = (s: EditorState): boolean => currentInside(s)?.builtIn ?? false
/** The name of a node in events and views: `outer/inner`. */
export const nodeRef = (trail: readonly string[], id: string): string =>
  trail.length ? `${trail.join('/')}/${id}` : id
export const isDirty = (s: EditorState): boolean => s.unsaved || s.history.past?.entry !== s.saved
export const titleOf = (s: EditorState): string =>
  s.document.title ||
  s.path
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/(\.sightline)?\.json$/, '') ||
  'Untitled'

/** The part of the path that still exists. */
function validTrail(s: Opened, trail: readonly string[]): readonly string[] {
  for (let length = trail.length; length > 0; length--) {
    const part = trail.slice(0, length)
    if (insideOfTrail(s, part) !== undefined) return length === trail.length ? trail : part
  }
  return trail.length ? [] : trail
}

const keep = <T>(ids: ReadonlySet<T>, there: (id: T) => boolean): ReadonlySet<T> =>
  [...ids].every(there) ? ids : new Set([...ids].filter(there))

function validSelection(selection: Selection, graph: Graph): Selection {
  const next = {
    nodes: keep(selection.nodes, (id) => id in graph.nodes),
    edges: keep(selection.edges, (id) => id in graph.edges),
    frames: keep(selection.frames, (id) => id in graph.frames),
    notes: keep(selection.notes, (id) => id in graph.notes),
  }
  const same = (Object.keys(next) as (keyof Selection)[]).every((key) => next[key] === selection[key])
  return same ? selection : next
}

function replaceHistory(history: History<Trail>, trail: Trail): void {
  const { document } = history
  const { catalogue } = get()
  const state = { ...get(), document, history, trail: validTrail({ document, catalogue }, trail) }
  set({
    document,
    history,
    trail: state.trail,
    selection: validSelection(trail === get().trail ? state.selection : noSelection, currentGraph(state)),
  })
}

export interface EditOptions {
  /** For the undo menu: "Change sigma". */
  readonly label: string
  /** Edits of one gesture share it and are undone together; the gesture lasts while they are drafts, until `settle`. */
  readonly group?: string
  /** More of the gesture follows; a quick preview is enough. */
  readonly draft?: boolean
}

/** A document that another window may write is read-only here. */
function checkWritable(): void {
  if (get().file === 'elsewhere') throw new SightlineError('document.read-only')
}

export const setFileState = (file: FileState): void => set({ file })

/** What a built-in node is called. */
export const builtInTitle = ({ catalogue }: Pick<EditorState, 'catalogue'>, { name }: Inside): string =>
  catalogue.get(name)?.title ?? name

type Made = Edit | { readonly edit: Edit }

/**
 * Edits the open graph (`graph`: its name; undefined: the document itself) with the result of a function of engine/graph, and
 * returns what it returned. An impossible edit changes nothing and says so.
 */
export function edit<T extends Made>(
  make: (document: Document, graph: string | undefined) => T,
  { label, group, draft = false }: EditOptions,
): T | undefined {
  try {
    checkWritable()
    const { document, history, trail } = get()
    const open = currentInside(get())
    if (open?.builtIn) throw new SightlineError('graph.built-in', { title: builtInTitle(get(), open) })
    const made: T = make(document, open?.name)
    const edit: Edit = 'edit' in made ? made.edit : made
    if (edit.length === 0) return made
    const next = commit(history, edit, { label, context: trail, ...(group !== undefined && { group }) })
    replaceHistory(draft ? next : settled(next), trail)
    tell({ kind: 'edit', edit, draft })
    return made
  } catch (error) {
    notifyError(error)
    return undefined
  }
}

/** The gesture is over: the next edit is a new entry, and the full result is wanted. */
export function settle(): void {
  set({ history: settled(get().history) })
  tell({ kind: 'settle' })
}

/** The pointer rests but is not released: compute the full result; the gesture may go on. */
export const rest = (): void => tell({ kind: 'settle' })

function go(move: Move<Trail> | undefined): string | undefined {
  if (!move) return undefined
  replaceHistory(move.history, move.entry.context ?? [])
  tell({ kind: 'edit', edit: move.edit, draft: false })
  return move.entry.label
}
/** The label of what was undone. */
export const undo = (): string | undefined => go(undone(get().history))
export const redo = (): string | undefined => go(redone(get().history))

export interface Origin {
  readonly path?: string | undefined
  readonly stamp?: string | undefined
  /** It is in no file: closing would lose it. */
  readonly unsaved?: boolean
  readonly allowed?: readonly FileUse[] | undefined
}

/** Puts another document in the window. History and selection start over. */
export function openDocument(document: Document, { path, stamp, unsaved = false, allowed = [] }: Origin = {}): void {
  set({
    document,
    path,
    stamp,
    unsaved,
    file: 'own',
    allowed,
    history: begin(document),
    saved: undefined,
    selection: noSelection,
    trail: [],
    opened: get().opened + 1,
  })
  tell({ kind: 'open' })
}
export const newDocument = (): void => openDocument(emptyDocument)

export function setAllowed(uses: readonly FileUse[]): void {
  const { allowed } = get()
  const known = (use: FileUse): boolean =>
    allowed.some(({ path, access }) => path === use.path && access === use.access)
  set({ allowed: [...allowed, ...uses.filter((use) => !known(use))] })
}

/** The files that only an undo or redo would bring back. */
export function pastFiles(): readonly FileUse[] {
  const { document, history, catalogue } = get()
  const now = new Set(filesOf(document, catalogue).map(({ path }) => path))
  const entries = [...entriesOf(history.past), ...entriesOf(history.future)].flatMap(({ edit, inverse }) => [
    ...edit,
    ...inverse,
  ])
  return filesOfEdit(entries, catalogue).filter(({ path }) => !now.has(path))
}

export interface SavedAs {
  readonly path: string
  readonly stamp: string
  /** The last entry that the file contains; undefined: it contains the document as it was opened. */
  readonly entry: UndoEntry<Trail> | undefined
  /** New names of files, applied also to what undo brings back, which would otherwise name other files. */
  readonly names: Renames
}

/** The document was saved to this file when `entry` was its last one. */
export function markSaved({ path, stamp, entry, names }: SavedAs): void {
  const { document, history, catalogue } = get()
  const change = renameFiles(document, catalogue, names)
  const next = change.length > 0 ? applyEdit(document, change).document : document
  const revised = revise(history, next, (edit) => renameInEdit(edit, catalogue, names))
  const saved = entry && (revised.became.get(entry) ?? entry)
  set({ path, stamp, unsaved: false, document: next, history: revised.history, saved })
  if (change.length > 0) tell({ kind: 'edit', edit: change, draft: false })
}

export const setCatalogue = (catalogue: Catalogue): void => set({ catalogue })

const sameSet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean =>
  a.size === b.size && [...a].every((id) => b.has(id))

/** Selects the named items; tables left out become empty. */
export function select(wanted: Partial<Record<keyof Selection, Iterable<string>>>): void {
  const old = get().selection
  const pick = (key: keyof Selection): ReadonlySet<string> => {
    const next = new Set(wanted[key] ?? [])
    return sameSet(old[key], next) ? old[key] : next
  }
  const next: Selection = { nodes: pick('nodes'), edges: pick('edges'), frames: pick('frames'), notes: pick('notes') }
  if ((Object.keys(next) as (keyof Selection)[]).some((key) => next[key] !== old[key])) set({ selection: next })
}

/** Enters a subgraph, or leaves it. */
export function goTo(trail: readonly string[]): void {
  const valid = validTrail(get(), trail)
  // Already there: keep the view.
  set({ trail: valid.join('/') === get().trail.join('/') ? get().trail : valid, selection: noSelection })
}
