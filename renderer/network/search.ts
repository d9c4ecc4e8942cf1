/** Finding operators and folds by name, type or tensor. */
import type { FoldedNetwork, NetworkItem } from '../../engine/graph/network-folds.ts'

function wordsIn(item: NetworkItem): string {
  if (item.kind === 'operator') {
    const { name, type, outputs } = item.operator
    return `${type} ${name} ${outputs.join(' ')}`.toLowerCase()
  }
  return (item.kind === 'fold' ? item.id : item.tensor).toLowerCase()
}

/** Every item that has all words of the query, folds first; in the order in which they compute. */
export function searchNetwork({ items, whole }: FoldedNetwork, query: string): readonly NetworkItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found: NetworkItem[] = []
  const visit = (id: string): void => {
    const item = items.get(id)
    if (!item) return
    const own = wordsIn(item)
    if (id !== whole.id && words.every((word) => own.includes(word))) found.push(item)
    if (item.kind === 'fold') for (const child of item.children) visit(child)
  }
  visit(whole.id)
  return [...found.filter(({ kind }) => kind === 'fold'), ...found.filter(({ kind }) => kind !== 'fold')]
}
