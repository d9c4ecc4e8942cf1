/** Writes the layers of a network on a tape, as they are while it is trained, or as they are when it runs. */
import { SightlineError } from '../../types/problem.ts'
import { factsOfAll } from '../../values/layers/graph.ts'
import { layerType } from '../../values/layers/index.ts'
import { asProblem, type Dims, type Layer, type TrainEmit } from '../../values/layers/layer.ts'
import { NoGradientError, type Tape } from './tape.ts'

export interface LayersOnTape {
  readonly batch: number
  /** The tensor that the input layer gives. */
  readonly input: string
  /** The tensor of a weight, by its full name. */
  readonly weight: (name: string) => string
  /** Whether the weights of the layer of this name are learned. */
  readonly learns: (layer: string) => boolean
  /** 0 with this probability, else 1 / (1 - p), for a result of these lengths. */
  readonly mask: (layer: string, dims: Dims, probability: number) => string
  /** What a measured weight is from the next step on. */
  readonly measure: (name: string, tensor: string) => void
}

export interface WrittenLayers {
  /** The tensor of each layer's result. */
  readonly results: readonly string[]
  /** Adds the name of the layer that wrote the recorded operator at this place to what `write` throws. */
  readonly named: <T>(place: number, write: () => T) => T
}

function layerNamed<T>({ name, type }: Layer, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const { title } = layerType(type)
    if (error instanceof NoGradientError)
      throw new SightlineError('network.no-gradient', { layer: name, title, reason: error.message }, error)
    throw asProblem(name, title, error)
  }
}

/** Throws `network.shapes` where a layer does not take such a batch, `network.no-gradient` where no gradient of it is known. */
export function writeLayers(
  tape: Tape,
  layers: readonly Layer[],
  { batch, input, weight, learns, mask, measure }: LayersOnTape,
): WrittenLayers {
  const facts = factsOfAll(layers)
  const results: string[] = []
  const scopes: Layer[] = []
  for (const [i, layer] of layers.entries()) {
    const kind = layerType(layer.type)
    tape.scope = layer.name
    const full = (part: string): string => (part === '' ? layer.name : `${layer.name}.${part}`)
    const emit: TrainEmit = {
      batch,
      learns: learns(layer.name),
      operator: (type, inputs, attributes) => tape.operator(type, inputs, attributes),
      several: (type, inputs, attributes) => tape.several(type, inputs, attributes),
      weight: (part) => weight(full(part)),
      ints: (numbers) => tape.ints(numbers),
      scalar: (number) => tape.scalar(number),
      floats: (numbers, shape) => tape.floats(numbers, shape),
      measure: (part, tensor) => measure(full(part), tensor),
      mask: (dims, probability) => mask(layer.name, dims, probability),
    }
    const inputs = layer.from.map((index) => results[index] ?? '')
    const shapes = { inputs: layer.from.map((index) => facts[index]?.output ?? []), output: facts[i]?.output ?? [] }
    const write = kind.train ?? kind.onnx
    const made = layer.type === 'input' ? input : layerNamed(layer, () => write(emit, inputs, shapes, layer.set))
    while (scopes.length < tape.nodes.length) scopes.push(layer)
    results.push(made)
  }
  return {
    results,
    named(place, write) {
      const layer = scopes[place]
      return layer ? layerNamed(layer, write) : write()
    },
  }
}
