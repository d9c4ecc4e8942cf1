/**
 * Undo and redo, without limit: each step is an edit and its inverse, so a step costs what it changed. Steps of one gesture
 * (a slider on its way) share a `group` and become one.
 */
import type { Edit, Patch } from '../../engine/graph/edit.ts'

export interface Step {
  /** What the user did, for the menu: "Move 3 nodes". */
  readonly label: string
  readonly edit: Edit
  readonly inverse: Edit
  readonly group?: string
  /** The subgraph in which it was done (node ids from the outermost). */
  readonly trail: readonly string[]
}

export interface History {
  readonly past: readonly Step[]
  readonly future: readonly Step[]
  /** Whether the next step of the same group joins the last one. */
  readonly open: boolean
}

export const noHistory: History = { past: [], future: [], open: false }

const keyOf = (patch: Patch): string => `${patch.graph ?? ''} ${patch.table} ${patch.id}`
const sameEntries = (a: Edit, b: Edit): boolean =>
  a.length === b.length && a.every((patch, i) => keyOf(patch) === keyOf(b[i] as Patch))

/** A step that changes the same entries again takes the place of the first; otherwise they are joined. */
function merge(first: Step, second: Step): Step {
  if (sameEntries(first.edit, second.edit)) return { ...first, edit: second.edit }
  return { ...first, edit: [...first.edit, ...second.edit], inverse: [...second.inverse, ...first.inverse] }
}

/** @param open whether more of the same gesture follows. */
export function pushed(history: History, step: Step, open: boolean): History {
  const last = history.past.at(-1)
  const joins = history.open && last?.group !== undefined && last.group === step.group
  return {
    past: joins ? [...history.past.slice(0, -1), merge(last, step)] : [...history.past, step],
    future: [],
    open,
  }
}

export const closed = (history: History): History => (history.open ? { ...history, open: false } : history)

export function undone(history: History): { history: History; step: Step } | undefined {
  const step = history.past.at(-1)
  if (!step) return undefined
  return { step, history: { past: history.past.slice(0, -1), future: [...history.future, step], open: false } }
}

export function redone(history: History): { history: History; step: Step } | undefined {
  const step = history.future.at(-1)
  if (!step) return undefined
  return { step, history: { past: [...history.past, step], future: history.future.slice(0, -1), open: false } }
}
