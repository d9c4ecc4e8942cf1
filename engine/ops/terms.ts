/** What the explanations of ops share: picking sites, and putting terms together again. */
import type { BorderMode } from './border.ts'
import { borderIndex } from './border.ts'
import type { At, Readable, Site, StoredShape, Term, Terms } from './op.ts'

export const pixel = (y: number, x: number, c: number, input = 0): Site => ({ input, y, x, c })

/** The term of one site with its value, read from the inputs. */
export const termAt = (inputs: readonly Readable[], from: Site, weight = 1): Term => ({
  from,
  weight,
  value: inputs[from.input]?.at(from.y, from.x, from.c) ?? Number.NaN,
})

export const sumOf = (terms: readonly Term[]): Terms => ({ combine: 'sum', terms })

/** A value that is no sum: named by `says`, made of these sites, worth `result`. */
export const functionOf = (
  terms: readonly Term[],
  says: string,
  result: number,
  parts?: Readonly<Record<string, Terms>>,
): Terms => ({ combine: 'function', terms, says, result, ...(parts && { parts }) })

/** The value that the terms make. */
export function recombine({ combine, terms, result }: Terms): number {
  const products = terms.map(({ weight, value }) => weight * value)
  switch (combine) {
    case 'sum':
      return products.reduce((a, b) => a + b, 0)
    case 'min':
      return Math.min(...products)
    case 'max':
      return Math.max(...products)
    case 'median':
      if (products.some(Number.isNaN)) return Number.NaN
      return products.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[products.length >> 1] ?? Number.NaN
    case 'function':
      return result ?? Number.NaN
  }
}

const keyOf = ({ input, y, x, c }: Site): string => `${input}.${y}.${x}.${c}`

/** Each site once. */
export const distinct = (sites: readonly Site[]): readonly Site[] => [
  ...new Map(sites.map((site) => [keyOf(site), site])).values(),
]

/**
 * Terms of a sum with the weights of the same site added. They may cancel to 0: the site is read all the same. Of an infinite
 * value weights of either sign stay apart, as ∞ − ∞ is NaN.
 */
export function gather(terms: readonly Term[]): readonly Term[] {
  const merged = new Map<string, Term>()
  for (const term of terms) {
    const side = Math.abs(term.value) === Infinity && term.weight < 0 ? ' less' : ''
    const key = (term.from ? keyOf(term.from) : `constant ${term.value}`) + side
    const before = merged.get(key)
    const together = before && { weight: before.weight + term.weight, times: (before.times ?? 1) + 1 }
    merged.set(key, together ? { ...term, ...together } : term)
  }
  return [...merged.values()]
}

export interface Neighbour {
  readonly weight: number
  /** Absent: outside the picture, where the border is a constant. */
  readonly from?: Site
}

/** The sites that a matrix of weights centred on `at` reads, border rule applied; weights of 0 read nothing. */
export function neighbours(
  at: At,
  shape: StoredShape | undefined,
  weights: readonly (readonly number[])[],
  border: BorderMode,
): readonly Neighbour[] {
  if (shape?.kind !== 'image') return []
  const { height, width } = shape
  return weights.flatMap((row, i) =>
    row.flatMap((weight, j): readonly Neighbour[] => {
      if (weight === 0) return []
      const y = borderIndex(at.y + i - (weights.length >> 1), height, border)
      const x = borderIndex(at.x + j - (row.length >> 1), width, border)
      return [y < 0 || x < 0 ? { weight } : { weight, from: pixel(y, x, at.c) }]
    }),
  )
}

/** From the first to the last place of an axis that taps centred on `at` read, border rule applied. */
export function span(
  at: number,
  taps: readonly number[],
  length: number,
  border: BorderMode,
): readonly [number, number] {
  let [first, last] = [length - 1, 0]
  for (const [i, tap] of taps.entries()) {
    const place = tap === 0 ? -1 : borderIndex(at + i - (taps.length >> 1), length, border)
    if (place < 0) continue
    first = Math.min(first, place)
    last = Math.max(last, place)
  }
  return [first, last]
}

/** The sum over neighbours; `outside` is the constant of the border. */
export const weigh = (
  neighbours: readonly Neighbour[],
  inputs: readonly Readable[],
  outside: number,
): readonly Term[] =>
  gather(
    neighbours.map(({ weight, from }) =>
      from ? termAt(inputs, from, weight) : { weight, value: outside, says: 'beyond the edge' },
    ),
  )

export const sitesOf = (neighbours: readonly Neighbour[]): readonly Site[] =>
  distinct(neighbours.flatMap(({ from }) => (from ? [from] : [])))
