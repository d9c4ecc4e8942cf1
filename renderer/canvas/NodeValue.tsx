/** A small value that is not a picture: a number, a text, the first rows of a table, a curve. */
import { useMemo } from 'react'
import { viewOf } from '../values/views.ts'

/** `value` comes from the protocol; an unknown kind is not drawn. */
export function NodeValue({ value }: { value: unknown }) {
  const shown = useMemo(() => viewOf(value), [value])
  return shown ? <shown.view.Small value={shown.value} /> : null
}
