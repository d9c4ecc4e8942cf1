/** What follows from a list of layers: shapes, weights with their places, cost; and how lists grow and join. */
import { SightlineError } from '../../types/problem.ts'
import { layerType } from './index.ts'
import { asProblem, type Dims, type Layer, type Settings, sizeOf, type Weight } from './layer.ts'

export interface PlacedWeight extends Omit<Weight, 'name'> {
  /** In the state dict: "layer1.0.conv1.weight". */
  readonly name: string
  /** Where its numbers begin among all weights of the network, one after the other. */
  readonly at: number
}

export interface LayerFacts {
  readonly output: Dims
  readonly weights: readonly PlacedWeight[]
  /** Learned numbers. */
  readonly parameters: number
  readonly multiplyAdds: number
}

/** More make no network that anybody knows. */
export const mostLayers = 5000
/** No layer has more numbers in its output, or in a weight. */
const mostNumbers = 2 ** 31

const lists = new WeakMap<readonly Layer[], readonly LayerFacts[]>()

function factsOf(layer: Layer, before: readonly LayerFacts[], at: number): LayerFacts {
  const kind = layerType(layer.type)
  const inputs = layer.from.map((index) => before[index]?.output ?? [])
  try {
    const output = kind.shape(inputs, layer.set)
    let place = at
    const weights = (kind.weights?.(inputs, layer.set) ?? []).map((weight) => {
      const name = weight.name === '' ? layer.name : `${layer.name}.${weight.name}`
      const placed = { ...weight, name, at: place }
      place += sizeOf(weight.shape)
      return placed
    })
    for (const dims of [output, ...weights.map(({ shape }) => shape)])
      if (!(sizeOf(dims) <= mostNumbers))
        throw new SightlineError('network.too-large', { layer: layer.name, given: dims.join(' × ') })
    return {
      output,
      weights,
      parameters: weights.reduce((sum, { shape, measured }) => sum + (measured ? 0 : sizeOf(shape)), 0),
      multiplyAdds: kind.multiplyAdds?.(inputs, output, layer.set) ?? 0,
    }
  } catch (error) {
    throw asProblem(layer.name, kind.title, error)
  }
}

/** Of each layer. Throws `network.shapes` where shapes do not meet. */
export function factsOfAll(layers: readonly Layer[]): readonly LayerFacts[] {
  const known = lists.get(layers)
  if (known) return known
  const made: LayerFacts[] = []
  let at = 0
  for (const layer of layers) {
    const found = factsOf(layer, made, at)
    made.push(found)
    at += found.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  }
  lists.set(layers, made)
  return made
}

export interface Totals {
  readonly output: Dims
  readonly parameters: number
  readonly multiplyAdds: number
  /** Of all weights: also those that were measured. */
  readonly numbers: number
}

export function totalsOf(layers: readonly Layer[]): Totals {
  const all = factsOfAll(layers)
  const sum = (of: (facts: LayerFacts) => number): number => all.reduce((before, one) => before + of(one), 0)
  return {
    output: all.at(-1)?.output ?? [],
    parameters: sum(({ parameters }) => parameters),
    multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds),
    numbers: sum(({ weights }) => weights.reduce((before, { shape }) => before + sizeOf(shape), 0)),
  }
}

/** All weights, in the order of their places. */
export const weightsOfAll = (layers: readonly Layer[]): readonly PlacedWeight[] =>
  factsOfAll(layers).flatMap(({ weights }) => weights)

const sameSettings = (a: Settings, b: Settings): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A name that no layer has: the given one, or with the first number behind it that makes it so. */
export function freeName(layers: readonly Layer[], wanted: string): string {
  const taken = new Set(layers.map(({ name }) => name))
  if (!taken.has(wanted)) return wanted
  for (let i = 2; ; i++) if (!taken.has(`${wanted}_${i}`)) return `${wanted}_${i}`
}

export interface Joined {
  readonly layers: readonly Layer[]
  /** Where the last layer of each list is. */
  readonly ends: readonly number[]
}

/**
 * Several networks as one list. Layers of one name, with the same settings and inputs, are one and the same; where another layer
 * has the name, it is numbered.
 */
export function joined(networks: readonly (readonly Layer[])[]): Joined {
  const [first = [], ...others] = networks
  const layers = [...first]
  const ends = [first.length - 1]
  for (const other of others) {
    const byName = new Map(layers.map((layer, i) => [layer.name, i]))
    const places: number[] = []
    for (const layer of other) {
      const from = layer.from.map((index) => places[index] ?? 0)
      const at = byName.get(layer.name)
      const known = at === undefined ? undefined : layers[at]
      const same = known?.type === layer.type && known.from.join() === from.join() && sameSettings(known.set, layer.set)
      if (at !== undefined && same) {
        places.push(at)
        continue
      }
      const name = known ? freeName(layers, layer.name) : layer.name
      byName.set(name, layers.length)
      places.push(layers.length)
      layers.push({ ...layer, name, from })
    }
    ends.push(places.at(-1) ?? 0)
  }
  return { layers, ends }
}

/** Makes lists of layers in the order in which they compute. */
export class NetBuilder {
  readonly layers: Layer[] = []
  readonly #facts: LayerFacts[] = []

  constructor(shape: Dims) {
    this.add('input', 'input', [], { shape })
  }

  /** Gives its place. */
  add(name: string, type: string, from: readonly number[], set: Settings = {}): number {
    const layer = { name, type, from: [...from], set }
    this.#facts.push(factsOf(layer, this.#facts, 0))
    return this.layers.push(layer) - 1
  }

  shape(at: number): Dims {
    return this.#facts[at]?.output ?? []
  }

  channels(at: number): number {
    return this.shape(at)[0] ?? 0
  }
}
