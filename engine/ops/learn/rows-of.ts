import { unsupported } from '../check.ts'
import type { StoredShape } from '../op.ts'

/** How many rows there are, and how long. Throws op.unsupported. */
export function rowsOf(label: string, shape: StoredShape | undefined): { readonly n: number; readonly d: number } {
  const [n, d, more] = shape?.kind === 'tensor' ? shape.shape : []
  if (n === undefined || d === undefined || more !== undefined)
    throw unsupported(label, 'a value that is no (N, D) tensor', 'rows of numbers')
  return { n, d }
}
