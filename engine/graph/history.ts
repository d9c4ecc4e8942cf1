/**
 * Unlimited undo and redo, as a value: the document with the steps behind and ahead of it. A step holds an edit and its inverse,
 * so it costs what it changed; the edits of one gesture (a slider, a node being dragged) are one step.
 */
import type { Document } from './document.ts'
import { applyEdit, type Edit, type Patch } from './edit.ts'
import { sameJson } from './json.ts'

export interface Step<C = unknown> {
  /** What was done, for the menu: "Move 3 nodes". */
  readonly label: string
  readonly edit: Edit
  readonly inverse: Edit
  readonly group?: string
  /** Context to restore when it is undone: which subgraph was open. */
  readonly context?: C
}

/** Steps, nearest first; a list with shared tails, so that the thousandth step costs what the first did. */
export interface Steps<C = unknown> {
  readonly step: Step<C>
  readonly rest: Steps<C> | undefined
  readonly length: number
}

export interface History<C = unknown> {
  readonly document: Document
  readonly past: Steps<C> | undefined
  readonly future: Steps<C> | undefined
  /** Whether the next edit of the same group joins the last step. */
  readonly open: boolean
}

export const begin = <C = unknown>(document: Document): History<C> => ({
  document,
  past: undefined,
  future: undefined,
  open: false,
})

const added = <C>(step: Step<C>, rest: Steps<C> | undefined): Steps<C> => ({
  step,
  rest,
  length: (rest?.length ?? 0) + 1,
})

const keyOf = ({ graph, table, id }: Patch): string => `${graph ?? ''} ${table} ${id}`
const byEntry = (patches: Edit): Map<string, Patch> => new Map(patches.map((patch) => [keyOf(patch), patch]))
/** Subgraphs are added before their content and removed after it; all other patches may be in any order. */
const hasOrder = (edit: Edit): boolean => edit.some(({ table }) => table === 'graphs')

/** Both as one step; for an entry that both change, its last value and its first. */
function merged<C>(first: Step<C>, second: Step<C>): Step<C> {
  const edit = [...first.edit, ...second.edit]
  const inverse = [...second.inverse, ...first.inverse]
  if (hasOrder(edit)) return { ...first, edit, inverse }
  return { ...first, edit: [...byEntry(edit).values()], inverse: [...byEntry(inverse).values()] }
}

function changesNothing({ edit, inverse }: Step): boolean {
  if (hasOrder(edit)) return false
  const was = byEntry(inverse)
  return edit.every((patch) => sameJson(patch.value, was.get(keyOf(patch))?.value))
}

export interface StepOptions<C> {
  readonly label: string
  /** Consecutive edits with the same group are one step, until `settle`. */
  readonly group?: string
  readonly context?: C
}

/**
 * The history after an edit; what was undone before can no longer be redone. A gesture that ends where it began leaves no step.
 * If it throws `edit.impossible`, nothing has changed.
 */
export function commit<C>(history: History<C>, edit: Edit, options: StepOptions<C>): History<C> {
  if (edit.length === 0) return history
  const { document, inverse } = applyEdit(history.document, edit)
  const step: Step<C> = { ...options, edit, inverse }
  const last = history.past?.step
  const joins = history.open && last !== undefined && last.group !== undefined && last.group === step.group
  const next = joins ? merged(last, step) : step
  const before = joins ? history.past?.rest : history.past
  const open = step.group !== undefined
  // An empty step stays during its gesture, because its next move belongs to it.
  return { document, past: added(next, before), future: undefined, open }
}

/** The gesture is over: the next edit is a new step. */
export function settle<C>(history: History<C>): History<C> {
  if (!history.open) return history
  const past = history.past && changesNothing(history.past.step) ? history.past.rest : history.past
  return { ...history, past, open: false }
}

export interface Move<C> {
  readonly history: History<C>
  /** What was applied to the document, for the engine's mirror. */
  readonly edit: Edit
  readonly step: Step<C>
}

/** Undefined if there is nothing to undo. */
export function undo<C>(history: History<C>): Move<C> | undefined {
  const { past, future, document } = settle(history)
  if (!past) return undefined
  const { step, rest } = past
  const { document: before } = applyEdit(document, step.inverse)
  return {
    history: { document: before, past: rest, future: added(step, future), open: false },
    edit: step.inverse,
    step,
  }
}

/** Undefined if there is nothing to redo. */
export function redo<C>(history: History<C>): Move<C> | undefined {
  const { past, future, document } = settle(history)
  if (!future) return undefined
  const { step, rest } = future
  const { document: after } = applyEdit(document, step.edit)
  return { history: { document: after, past: added(step, past), future: rest, open: false }, edit: step.edit, step }
}

export interface Revised<C> {
  readonly history: History<C>
  /** Maps old steps to their replacements. */
  readonly became: ReadonlyMap<Step<C>, Step<C>>
}

/** The history with this document, and with every edit passed through `change`: something has been renamed. */
export function revise<C>(history: History<C>, document: Document, change: (edit: Edit) => Edit): Revised<C> {
  const became = new Map<Step<C>, Step<C>>()
  const revised = (step: Step<C>): Step<C> => {
    const next = { ...step, edit: change(step.edit), inverse: change(step.inverse) }
    if (next.edit === step.edit && next.inverse === step.inverse) return step
    became.set(step, next)
    return next
  }
  const list = (steps: Steps<C> | undefined): Steps<C> | undefined =>
    [...stepsOf(steps)].reduceRight<Steps<C> | undefined>((rest, step) => added(revised(step), rest), undefined)
  return { history: { ...history, document, past: list(history.past), future: list(history.future) }, became }
}

/** The steps as a list, nearest first. */
export function* stepsOf<C>(steps: Steps<C> | undefined): Generator<Step<C>> {
  for (let at = steps; at; at = at.rest) yield at.step
}
