/**
 * Unlimited undo and redo, as a value: the document with the entries behind and ahead of it. An entry holds an edit and its
 * inverse, so it costs what it changed; the edits of one gesture (a slider, a node being dragged) are one entry.
 */
import type { Document } from './document.ts'
import { applyEdit, type Edit, type Patch } from './edit.ts'
import { sameJson } from './json.ts'

export interface UndoEntry<C = unknown> {
  /** What was done, for the menu: "Move 3 nodes". */
  readonly label: string
  readonly edit: Edit
  readonly inverse: Edit
  readonly group?: string
  /** Context to restore when it is undone: which subgraph was open. */
  readonly context?: C
}

/** Entries, nearest first; a list with shared tails, so that the thousandth entry costs what the first did. */
export interface UndoEntries<C = unknown> {
  readonly entry: UndoEntry<C>
  readonly rest: UndoEntries<C> | undefined
  readonly length: number
}

export interface History<C = unknown> {
  readonly document: Document
  readonly past: UndoEntries<C> | undefined
  readonly future: UndoEntries<C> | undefined
  /** Whether the next edit of the same group joins the last entry. */
  readonly open: boolean
}

export const begin = <C = unknown>(document: Document): History<C> => ({
  document,
  past: undefined,
  future: undefined,
  open: false,
})

const added = <C>(entry: UndoEntry<C>, rest: UndoEntries<C> | undefined): UndoEntries<C> => ({
  entry,
  rest,
  length: (rest?.length ?? 0) + 1,
})

const keyOf = ({ graph, table, id }: Patch): string => `${graph ?? ''} ${table} ${id}`
const byEntry = (patches: Edit): Map<string, Patch> => new Map(patches.map((patch) => [keyOf(patch), patch]))
/** Subgraphs are added before their content and removed after it; all other patches may be in any order. */
const hasOrder = (edit: Edit): boolean => edit.some(({ table }) => table === 'graphs')

/** Both as one entry; for an entry that both change, its last value and its first. */
function merged<C>(first: UndoEntry<C>, second: UndoEntry<C>): UndoEntry<C> {
  const edit = [...first.edit, ...second.edit]
  const inverse = [...second.inverse, ...first.inverse]
  if (hasOrder(edit)) return { ...first, edit, inverse }
  return { ...first, edit: [...byEntry(edit).values()], inverse: [...byEntry(inverse).values()] }
}

function changesNothing({ edit, inverse }: UndoEntry): boolean {
  if (hasOrder(edit)) return false
  const was = byEntry(inverse)
  return edit.every((patch) => sameJson(patch.value, was.get(keyOf(patch))?.value))
}

export interface EntryOptions<C> {
  readonly label: string
  /** Consecutive edits with the same group are one entry, until `settle`. */
  readonly group?: string
  readonly context?: C
}

/**
 * The history after an edit; what was undone before can no longer be redone. A gesture that ends where it began leaves no entry.
 * If it throws `edit.impossible`, nothing has changed.
 */
export function commit<C>(history: History<C>, edit: Edit, options: EntryOptions<C>): History<C> {
  if (edit.length === 0) return history
  const { document, inverse } = applyEdit(history.document, edit)
  const entry: UndoEntry<C> = { ...options, edit, inverse }
  const last = history.past?.entry
  const joins = history.open && last !== undefined && last.group !== undefined && last.group === entry.group
  const next = joins ? merged(last, entry) : entry
  const before = joins ? history.past?.rest : history.past
  const open = entry.group !== undefined
  // An empty entry stays during its gesture, because its next move belongs to it.
  return { document, past: added(next, before), future: undefined, open }
}

/** The gesture is over: the next edit is a new entry. */
export function settle<C>(history: History<C>): History<C> {
  if (!history.open) return history
  const past = history.past && changesNothing(history.past.entry) ? history.past.rest : history.past
  return { ...history, past, open: false }
}

export interface Move<C> {
  readonly history: History<C>
  /** What was applied to the document, for the engine's mirror. */
  readonly edit: Edit
  readonly entry: UndoEntry<C>
}

/** Undefined if there is nothing to undo. */
export function undo<C>(history: History<C>): Move<C> | undefined {
  const { past, future, document } = settle(history)
  if (!past) return undefined
  const { entry, rest } = past
  const { document: before } = applyEdit(document, entry.inverse)
  return {
    history: { document: before, past: rest, future: added(entry, future), open: false },
    edit: entry.inverse,
    entry,
  }
}

/** Undefined if there is nothing to redo. */
export function redo<C>(history: History<C>): Move<C> | undefined {
  const { past, future, document } = settle(history)
  if (!future) return undefined
  const { entry, rest } = future
  const { document: after } = applyEdit(document, entry.edit)
  return { history: { document: after, past: added(entry, past), future: rest, open: false }, edit: entry.edit, entry }
}

export interface Revised<C> {
  readonly history: History<C>
  /** Maps old entries to their replacements. */
  readonly became: ReadonlyMap<UndoEntry<C>, UndoEntry<C>>
}

/** The history with this document, and with every edit passed through `change`: something has been renamed. */
export function revise<C>(history: History<C>, document: Document, change: (edit: Edit) => Edit): Revised<C> {
  const became = new Map<UndoEntry<C>, UndoEntry<C>>()
  const revised = (entry: UndoEntry<C>): UndoEntry<C> => {
    const next = { ...entry, edit: change(entry.edit), inverse: change(entry.inverse) }
    if (next.edit === entry.edit && next.inverse === entry.inverse) return entry
    became.set(entry, next)
    return next
  }
  const list = (entries: UndoEntries<C> | undefined): UndoEntries<C> | undefined =>
    [...entriesOf(entries)].reduceRight<UndoEntries<C> | undefined>(
      (rest, entry) => added(revised(entry), rest),
      undefined,
    )
  return { history: { ...history, document, past: list(history.past), future: list(history.future) }, became }
}

/** The entries as a list, nearest first. */
export function* entriesOf<C>(entries: UndoEntries<C> | undefined): Generator<UndoEntry<C>> {
  for (let at = entries; at; at = at.rest) yield at.entry
}
