/** Which marks of a layer are in sight: by score and by group. A matter of looking; the value never changes. */
import { groupKey, type Layer } from './layer.ts'

export interface Filter {
  /** Marks with a lower score are left out; those without a score stay. */
  readonly least: number
  /** Groups that are left out, by key. */
  readonly hidden: ReadonlySet<string>
}

export const noFilter: Filter = { least: 0, hidden: new Set() }

/** The places of the marks that pass, in their own order. */
export function passing({ marks }: Layer, { least, hidden }: Filter): readonly number[] {
  const passed: number[] = []
  for (const [i, mark] of marks.entries())
    if ((mark.weight ?? 1) >= least && (hidden.size === 0 || !hidden.has(groupKey(mark)))) passed.push(i)
  return passed
}

/** How many marks of each group have the score, whether the group is hidden or not. */
export function countsAt({ marks }: Layer, least: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const mark of marks) {
    if ((mark.weight ?? 1) < least) continue
    const key = groupKey(mark)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
