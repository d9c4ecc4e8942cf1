/** Runs a network of layers by TensorFlow.js, layer by layer, on whatever backend it has. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { networkOutput } from '../../../engine/models/onnx.ts'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import { factsOfAll, weightsOfAll } from '../../../engine/values/layers/graph.ts'
import { layerType } from '../../../engine/values/layers/index.ts'
import { type Emit, type Layer, sizeOf } from '../../../engine/values/layers/layer.ts'
import { portOf } from '../../../engine/values/layers/shapes.ts'
import { type Held, operate, scalarOf } from './operators.ts'

export interface TensorFlowNetwork {
  /**
   * @param inputs by their ports, (N, ...); they stay the caller's
   * @param outputs "output", and results of inner operators as `onnxOf` calls them; they become the caller's
   */
  run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): readonly Tensor[]
  dispose(): void
}

/** @param weights all of them, as `weightsOfAll` places them */
export function tensorFlowNetwork(tf: TensorFlow, layers: readonly Layer[], weights: Float32Array): TensorFlowNetwork {
  const facts = factsOfAll(layers)
  const placed = new Map(weightsOfAll(layers).map((weight) => [weight.name, weight]))
  const kept = new Map<string, Tensor>()
  const weightOf = (name: string): Tensor => {
    const known = kept.get(name)
    if (known) return known
    const { at, shape } = placed.get(name) ?? { at: 0, shape: [] }
    const made = tf.keep(tf.tensor(weights.subarray(at, at + sizeOf(shape)), [...shape], 'float32'))
    kept.set(name, made)
    return made
  }
  /** After which layer the result of each is needed no more. */
  const until = layers.map((_, i) => Math.max(i, ...layers.flatMap(({ from }, at) => (from.includes(i) ? [at] : []))))

  function write(
    layer: Layer,
    inputs: readonly Tensor[],
    keep: (name: string, made: Held) => void,
    port: (name: string) => Tensor | undefined,
    at: number,
  ): Tensor {
    const held = new Map<string, Held>(inputs.map((input, i) => [`in:${i}`, input]))
    let [count, constants] = [0, 0]
    const constant = (value: Held): string => {
      const name = `constant:${constants++}`
      held.set(name, value)
      return name
    }
    const emit: Emit = {
      operator(type, given, attributes = {}) {
        const made = operate(
          tf,
          type,
          given.map((name) => held.get(name) ?? scalarOf(0)),
          attributes,
        )
        const name = `${layer.name}:${count++}`
        held.set(name, made)
        keep(name, made)
        return name
      },
      weight: (part) => constant(weightOf(part === '' ? layer.name : `${layer.name}.${part}`)),
      ints: (numbers) => constant([...numbers]),
      scalar: (number) => constant(scalarOf(number)),
      floats: (numbers, shape) => constant(tf.tensor(Float32Array.from(numbers), [...shape], 'float32')),
    }
    const shapes = { inputs: layer.from.map((from) => facts[from]?.output ?? []), output: facts[at]?.output ?? [] }
    const name = layerType(layer.type).onnx(
      emit,
      inputs.map((_, i) => `in:${i}`),
      shapes,
      layer.set,
    )
    const made = layer.type === 'input' ? port(portOf(layer.set)) : held.get(name)
    if (made === undefined || Array.isArray(made)) throw new Error(`the layer "${layer.name}" gave no tensor`)
    return made as Tensor
  }

  return {
    run(inputs, outputs) {
      const results: (Tensor | undefined)[] = []
      const wanted = new Map<string, Tensor>()
      try {
        for (const [at, layer] of layers.entries()) {
          const given = layer.from.map((from) => results[from] as Tensor)
          // What a layer makes besides its result is disposed of.
          const made = tf.tidy(() => {
            const result = write(
              layer,
              given,
              (name, held) => {
                if (outputs.includes(name) && !Array.isArray(held)) wanted.set(name, tf.keep(tf.clone(held as Tensor)))
              },
              (name) => inputs[name],
              at,
            )
            return tf.clone(result)
          })
          results.push(made)
          for (const [i, end] of until.entries())
            if (end === at && i < layers.length - 1) {
              results[i]?.dispose()
              results[i] = undefined
            }
        }
        wanted.set(networkOutput, results.at(-1) as Tensor)
        return outputs.map((name) => {
          const made = wanted.get(name)
          if (!made) throw new Error(`the network gave no "${name}"`)
          return made
        })
      } catch (error) {
        for (const one of [...results, ...wanted.values()]) one?.dispose()
        throw error
      }
    },
    dispose() {
      for (const one of kept.values()) one.dispose()
      kept.clear()
    },
  }
}
