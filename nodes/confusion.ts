/** What confusion matrices have in common: how they are counted, shown, and how a cell of one chooses pictures. */
import { param } from '../engine/types/param.ts'
import type { TableValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import { addPairs, type PairCounts } from './label-counts.ts'

export const confusionParams = {
  normalise: param.choice({
    default: 'none',
    of: ['none', 'truth', 'found'],
    names: { none: 'Counts', truth: 'Part of each right class', found: 'Part of each found class' },
    label: 'Numbers',
    help: 'Parts of a right class are recall on the diagonal, parts of a found class precision.',
  }),
  right: param.text({
    default: '',
    label: 'Listed: right class',
    help: 'Lists the pictures in this row of the matrix. Empty: all rows. A click on the matrix sets it.',
  }),
  found: param.text({
    default: '',
    label: 'Listed: found class',
    help: 'Lists the pictures in this column of the matrix. Empty: all columns. A click on the matrix sets it.',
  }),
} as const

export const confusionOutputs = {
  matrix: socket.table({
    help: 'A row for each right class, a column for each found one. A click lists its pictures.',
  }),
  mistakes: socket.table({ help: 'What is taken for what, the commonest mistake first. A click lists its pictures.' }),
  pictures: socket.table({ help: 'The pictures with mistakes, or those of the chosen cell, worst first.' }),
} as const

export const confusionPicks = [
  { kind: 'cell', in: 'matrix', params: { row: 'right', column: 'found' } },
  { kind: 'row', in: 'mistakes', columns: { right: 'Right', found: 'Found' } },
] as const

/** A class by its number, as a person reads it. */
export type NameOf = (id: number) => string

export interface Chosen {
  readonly right: string
  readonly found: string
}

/** Whether a pair of classes is in the chosen cell, row or column; without a choice, whether it is a mistake. */
export function isListed(right: number, found: number, chosen: Chosen, nameOf: NameOf): boolean {
  const wanted = [chosen.right, chosen.found].map((name) => name.trim().toLowerCase())
  if (wanted.every((name) => name === '')) return right !== found
  return [right, found].every((id, i) => wanted[i] === '' || wanted[i] === nameOf(id).toLowerCase())
}

export interface Counted {
  readonly name: string
  readonly counts: PairCounts
}

export interface ConfusionInput {
  readonly pictures: readonly Counted[]
  /** The classes in their order. */
  readonly ids: readonly number[]
  readonly nameOf: NameOf
  readonly normalise: 'none' | 'truth' | 'found'
  readonly chosen: Chosen
  /** What is counted: "Pixels". */
  readonly unit: string
}

/** The counts of all pictures, and how a cell is shown. */
function totalsOf({ pictures, ids, normalise }: ConfusionInput) {
  const all = new Map<number, Map<number, number>>()
  for (const { counts } of pictures) addPairs(all, counts)
  const count = (right: number, found: number): number => all.get(right)?.get(found) ?? 0
  const sum = (of: (id: number) => number): number => ids.reduce((total, id) => total + of(id), 0)
  const rows = new Map(ids.map((right) => [right, sum((found) => count(right, found))]))
  const columns = new Map(ids.map((found) => [found, sum((right) => count(right, found))]))
  const shown = (right: number, found: number): number => {
    if (normalise === 'none') return count(right, found)
    const whole = normalise === 'truth' ? rows.get(right) : columns.get(found)
    return whole ? count(right, found) / whole : 0
  }
  return { count, shown }
}

/** The matrix, and its mistakes as a list. */
export function confusionTables(input: ConfusionInput): { readonly matrix: TableValue; readonly mistakes: TableValue } {
  const { ids, nameOf, unit } = input
  const { count, shown } = totalsOf(input)
  const mistakes = ids
    .flatMap((right) => ids.map((found) => ({ right, found, count: count(right, found) })))
    .filter(({ right, found, count }) => right !== found && count > 0)
    .sort((a, b) => b.count - a.count)
  return {
    matrix: {
      kind: 'table',
      columns: ['Right ↓ found →', ...ids.map(nameOf)],
      rows: ids.map((right) => [nameOf(right), ...ids.map((found) => shown(right, found))]),
    },
    mistakes: {
      kind: 'table',
      columns: ['Right', 'Found', unit],
      rows: mistakes.map(({ right, found, count }) => [nameOf(right), nameOf(found), count]),
    },
  }
}

/** The pictures with something in the chosen cell, most first; without a choice, those with mistakes. */
export function confusedPictures({ pictures, nameOf, chosen, unit }: ConfusionInput): TableValue {
  const rows = pictures
    .map(({ name, counts }) => {
      let [listed, all] = [0, 0]
      for (const [right, row] of counts)
        for (const [found, count] of row) {
          all += count
          if (isListed(right, found, chosen, nameOf)) listed += count
        }
      return { name, listed, part: listed / all }
    })
    .filter(({ listed }) => listed > 0)
    .sort((a, b) => b.listed - a.listed || b.part - a.part)
  return {
    kind: 'table',
    columns: ['Picture', unit, 'Part'],
    rows: rows.map(({ name, listed, part }) => [name, listed, part]),
  }
}
