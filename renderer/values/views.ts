/** The views that there are: the files of this folder. */
import type { ValueView, ViewedValue } from './view.ts'

const files = import.meta.glob<ValueView<unknown>>('./*.tsx', { eager: true, import: 'view' })
const views = new Map(Object.entries(files).map(([file, view]) => [file.slice('./'.length, -'.tsx'.length), view]))

/** Undefined for a value that this window has no view for. */
export function viewOf(value: unknown): ViewedValue | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  const kind = String(value.kind)
  const view = views.get(kind)
  const read = view?.schema.safeParse(value)
  return view && read?.success ? { kind, view, value: read.data } : undefined
}
