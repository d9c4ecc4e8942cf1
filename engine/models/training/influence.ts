/**
 * How strongly a network's output depends on the results of its layers: the network as one ONNX model with the gradient of a sum
 * of its output's numbers by the results of layers. Layers do what they do when the network runs: nothing is drawn or measured.
 */
import type { ModelPort } from '../../graph/models.ts'
import { factsOfAll, weightsOfAll } from '../../values/layers/graph.ts'
import type { Dims, Layer } from '../../values/layers/layer.ts'
import { networkInput, networkOutput } from '../onnx.ts'
import { gradientsOf } from './backward.ts'
import { rules } from './rules/index.ts'
import { Tape } from './tape.ts'
import { writeLayers } from './write.ts'

/** Beside the picture: what each number of the output counts in the sum. */
export const countedInput = 'counted'
export const resultOutput = (index: number): string => `result:${index}`
export const gradientOutput = (index: number): string => `gradient:${index}`

export interface Influence {
  readonly graph: Uint8Array
  readonly opset: number
  readonly operators: number
  readonly inputs: readonly ModelPort[]
  /** "output"; of each place a result and its gradient, in order. */
  readonly outputs: readonly ModelPort[]
}

const port = (name: string, shape: Dims): ModelPort => ({ name, dtype: 'float32', shape })

/**
 * Of one example.
 * @param places of the layers by whose results the gradient is wanted; it is 0 where the output does not depend on one
 * @throws `network.shapes`, `network.no-gradient`
 */
export function influenceOf(layers: readonly Layer[], places: readonly number[]): Influence {
  const facts = factsOfAll(layers)
  const weights = new Map(weightsOfAll(layers).map((weight) => [weight.name, weight]))
  const tape = new Tape(rules)
  const input = tape.input(networkInput, 'float32', [1, ...(facts[0]?.output ?? [])])
  const output = [1, ...(facts.at(-1)?.output ?? [])]
  const counted = tape.input(countedInput, 'float32', output)
  const { results, named } = writeLayers(tape, layers, {
    ...{ batch: 1, input },
    weight(name) {
      const { shape = [], at = 0 } = weights.get(name) ?? {}
      return tape.weight(name, shape, at)
    },
    learns: () => false,
    mask: () => tape.number(1),
    measure: () => undefined,
  })
  const last = results.at(-1) ?? ''
  tape.scope = 'influence'
  const sum = tape.operator('ReduceSum', [tape.operator('Mul', [last, counted])], { keepdims: 0 })
  const by = places.map((place) => results[place] ?? '')
  const gradients = gradientsOf(tape, sum, by, named)
  const outputs: ModelPort[] = []
  const give = (name: string, of: string): void => {
    tape.output(name, of)
    outputs.push(port(name, tape.shape(of)))
  }
  give(networkOutput, last)
  for (const [i, result] of by.entries()) {
    give(resultOutput(i), result)
    give(gradientOutput(i), gradients[i] ?? tape.operator('Mul', [result, tape.number(0)]))
  }
  const { bytes: graph, opset, operators } = tape.model('influence')
  const inputs = [port(networkInput, tape.shape(networkInput)), port(countedInput, output)]
  return { graph, opset, operators, inputs, outputs }
}
