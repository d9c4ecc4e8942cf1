/** Classes by their names, as training takes them: numbered in the order of their names. */

/** Natural order, as people sort names of folders. */
const byName = new Intl.Collator('en', { numeric: true }).compare

/** Names are joined by commas, so a name must not contain one. */
export const classNameOf = (text: string): string => text.replaceAll(/[,\n]/g, ' ').trim()

/** @param given the name of each example's class @see sklearn.preprocessing.LabelEncoder */
export function classNumbers(given: readonly string[]): {
  readonly names: readonly string[]
  readonly targets: Int32Array
} {
  const names = [...new Set(given)].sort(byName)
  const numbers = new Map(names.map((name, id) => [name, id]))
  return { names, targets: Int32Array.from(given, (name) => numbers.get(name) ?? -1) }
}
