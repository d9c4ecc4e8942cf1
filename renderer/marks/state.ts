/**
 * Marks by output: what came last, how they are filtered, which one is under the pointer and which is selected. All views of
 * an output share it.
 */
import { create } from 'zustand'
import type { Mark } from '../../engine/values/mark.ts'
import { createKeyed, useKeyed } from '../state/keyed.ts'
import type { ViewTarget } from '../state/ui.ts'
import { type Filter, noFilter, passing } from './filter.ts'
import { createLayer, type Layer, sameMark, sameMarks } from './layer.ts'

/** What is drawn over an output. */
export interface Shown {
  readonly layer: Layer
  readonly filter: Filter
  /** The places of the marks that pass the filter. */
  readonly passing: readonly number[]
}

/** By output, `node.port`. */
export const shownMarks = createKeyed<Shown>()
export const useShownMarks = (output: string): Shown | undefined => useKeyed(shownMarks, output)

export const outputOf = ({ node, port }: ViewTarget): string => `${node}.${port}`

interface Hovered {
  readonly output: string
  readonly index: number
}

interface MarkState {
  readonly hovered: Hovered | undefined
  readonly selected: (Hovered & { readonly mark: Mark }) | undefined
  /** Filters stay while an output has no result. */
  readonly filters: Readonly<Record<string, Filter>>
}

export const useMarks = create<MarkState>(() => ({ hovered: undefined, selected: undefined, filters: {} }))
const { getState: get, setState: set } = useMarks

/** The index that is meant in this output. */
export const indexIn = (of: Hovered | undefined, output: string): number | undefined =>
  of?.output === output ? of.index : undefined

/** Outputs over which the marks of a step lie, and their own marks meanwhile. */
const covered = new Map<string, readonly Mark[] | undefined>()

/** Draws the marks of an algorithm's step over these outputs, unfiltered, in place of their own. `undefined`: their own again. */
export function coverMarks(outputs: readonly string[], marks: readonly Mark[] | undefined): void {
  for (const output of outputs) {
    if (marks) {
      if (!covered.has(output)) covered.set(output, shownMarks.get(output)?.layer.marks)
      const layer = createLayer(marks)
      shownMarks.set([[output, { layer, filter: noFilter, passing: passing(layer, noFilter) }]])
      follow(output, layer)
    } else if (covered.has(output)) {
      const own = covered.get(output)
      covered.delete(output)
      receiveMarks(output, own)
    }
  }
}

/** A result has come; `undefined`: it has no marks. */
export function receiveMarks(output: string, marks: readonly Mark[] | undefined): void {
  if (covered.has(output)) {
    covered.set(output, marks)
    return
  }
  const before = shownMarks.get(output)
  if (!marks) {
    if (before) shownMarks.set([[output, undefined]])
    return
  }
  if (before && sameMarks(before.layer.marks, marks)) return
  const layer = createLayer(marks)
  const filter = get().filters[output] ?? noFilter
  shownMarks.set([[output, { layer, filter, passing: passing(layer, filter) }]])
  follow(output, layer)
}

/** The selected mark of a new result is the one that is the same; otherwise none. */
function follow(output: string, { marks }: Layer): void {
  const { hovered, selected } = get()
  if (hovered?.output === output) set({ hovered: undefined })
  if (selected?.output !== output) return
  const index = marks.findIndex((mark) => sameMark(mark, selected.mark))
  set({ selected: index < 0 ? undefined : { ...selected, index } })
}

export function filterMarks(output: string, change: Partial<Filter>): void {
  const filter = { ...(get().filters[output] ?? noFilter), ...change }
  set({ filters: { ...get().filters, [output]: filter } })
  const shown = shownMarks.get(output)
  if (shown) shownMarks.set([[output, { ...shown, filter, passing: passing(shown.layer, filter) }]])
}

export function hoverMark(output: string, index: number | undefined): void {
  const { hovered } = get()
  if (index === undefined ? hovered?.output !== output : indexIn(hovered, output) === index) return
  set({ hovered: index === undefined ? undefined : { output, index } })
}

export function selectMark(output: string, index: number | undefined): void {
  const mark = index === undefined ? undefined : shownMarks.get(output)?.layer.marks[index]
  set({ selected: index === undefined || !mark ? undefined : { output, index, mark } })
}

const nodeOf = (output: string): string => output.slice(0, output.lastIndexOf('.'))

/** The selected row of a table that is an output of the same node as the marks. */
export const rowOf = (selected: MarkState['selected'], output: string): number | undefined =>
  selected && nodeOf(selected.output) === nodeOf(output) ? selected.mark.row : undefined

/** Selects the mark of the same node that comes from this row. Without one, nothing changes. */
export function selectRow(output: string, row: number): void {
  for (const [other, { layer }] of shownMarks.entries()) {
    const index = nodeOf(other) === nodeOf(output) ? layer.marks.findIndex((mark) => mark.row === row) : -1
    if (index < 0) continue
    selectMark(other, index)
    return
  }
}

/** The next (1) or previous (-1) mark in sight, in the order of the list; round and round. */
export function stepMark(output: string, by: 1 | -1): number | undefined {
  const passed = shownMarks.get(output)?.passing ?? []
  const now = indexIn(get().selected, output)
  const at = now === undefined ? -1 : passed.indexOf(now)
  const next = passed.at(at < 0 ? (by === 1 ? 0 : -1) : (at + by) % passed.length)
  selectMark(output, next)
  return next
}

/** Another document: nothing of this belongs to it. */
export function forgetMarks(): void {
  covered.clear()
  shownMarks.clear()
  set({ hovered: undefined, selected: undefined, filters: {} })
}
