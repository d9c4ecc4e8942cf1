/**
 * Receptive fields: which pixels of the input each place of a layer's result is made of (Araujo, Norris and Sim 2019, "Computing
 * Receptive Fields of Convolutional Neural Networks", distill.pub).
 */
import { factsOfAll } from './graph.ts'
import { layerType } from './index.ts'
import type { Layer, Seen } from './layer.ts'
import { type Places, placesOfAll } from './places.ts'

/** Along height and width, of the input; all: of every pixel. Undefined: the result has no places. */
export type Field = readonly [Seen, Seen] | 'all' | undefined

const same: Seen = { by: 1, first: 0, last: 0 }

/** What is seen through a layer of what was seen before it. */
const through = (before: Seen, seen: Seen): Seen => ({
  by: before.by * seen.by,
  first: before.by * seen.first + before.first,
  last: before.by * seen.last + before.last,
})

/** Of two layers whose results meet. */
const both = (a: Seen, b: Seen): Seen => ({
  by: a.by,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
})

/** Of layers that only move numbers: what their settings say about height and width. */
function movedBy({ type, set }: Layer, from: Places | undefined, to: Places | undefined): readonly [Seen, Seen] {
  if (type === 'slice' && from) {
    const cut = (axis: 'H' | 'W'): Seen => {
      const begin = from.axes[Number(set.axis)] === axis ? Number(set.begin) : 0
      return { by: 1, first: begin, last: begin }
    }
    return [cut('H'), cut('W')]
  }
  // Patches that were merged: several places became one.
  if (type === 'reshape' && from && to) {
    const merged = (before: number, after: number): Seen => {
      const by = Math.max(1, before / after)
      return { by, first: 0, last: by - 1 }
    }
    return [merged(from.height, to.height), merged(from.width, to.width)]
  }
  return [same, same]
}

const lists = new WeakMap<readonly Layer[], readonly Field[]>()

/** Of each layer. */
export function fieldsOfAll(layers: readonly Layer[]): readonly Field[] {
  const known = lists.get(layers)
  if (known) return known
  const facts = factsOfAll(layers)
  const places = placesOfAll(layers)
  const made: Field[] = []
  // Of layers without places: those of the last layer that had some.
  const last: (Places | undefined)[] = []
  const seen: Field[] = []
  for (const [i, layer] of layers.entries()) {
    const { type, from, set } = layer
    const before = from.map((index) => seen[index])
    const inputs = from.map((index) => facts[index]?.output ?? [])
    const output = facts[i]?.output ?? []
    const [first = 0] = from
    let field: Field
    if (type === 'input') field = places[i] && [same, same]
    else if (before.some((one) => one === undefined)) field = undefined
    else if (before.some((one) => one === 'all')) field = 'all'
    else {
      const kind = layerType(type)
      const own = kind.sees ? kind.sees(inputs, output, set) : movedBy(layer, last[first], places[i])
      const all = before as readonly (readonly [Seen, Seen])[]
      field =
        own === 'all'
          ? 'all'
          : ([0, 1].map((axis) =>
              all.map((one) => through(one[axis as 0 | 1], own[axis as 0 | 1])).reduce(both),
            ) as unknown as readonly [Seen, Seen])
    }
    seen.push(field)
    last.push(places[i] ?? last[first])
    // A result without places is made of all that came.
    made.push(places[i] ? field : field && 'all')
  }
  lists.set(layers, made)
  return made
}

/** The first and the last pixel that a place sees along an axis, also outside of the picture: padding. */
export const pixelsOf = ({ by, first, last }: Seen, place: number): readonly [first: number, last: number] => [
  // Of places between pixels, and numbers that are no whole ones by rounding alone.
  Math.ceil(by * place + first - 1e-6),
  Math.floor(by * place + last + 1e-6),
]

/** How many pixels a place sees along an axis, padding included. */
export const sizeOfSeen = ({ first, last }: Seen): number => Math.floor(last - first + 1e-6) + 1
