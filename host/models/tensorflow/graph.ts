/** TensorFlow.js runs an ONNX model that was made here, operator by operator, so that training is not written a second time. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import type { OnnxGraph, OnnxNode } from '../onnx/graph.ts'
import type { RuntimeTensor } from '../runtime.ts'
import { type Held, lackOf, NoOperatorError, operateAll, scalarOf } from './operators.ts'

export interface TensorFlowGraph {
  /**
   * @param inputs by their names; they stay the caller's
   * @param outputs names of results, inner ones too; they become the caller's
   */
  run(inputs: ReadonlyMap<string, Tensor>, outputs: readonly string[]): readonly Tensor[]
  dispose(): void
}

/** What these outputs need, and after which of it each result is needed no more. */
interface Plan {
  readonly nodes: readonly OnnxNode[]
  readonly done: ReadonlyMap<OnnxNode, readonly string[]>
}

function planOf({ nodes }: OnnxGraph, outputs: readonly string[]): Plan {
  const needed = new Set(outputs)
  const own: OnnxNode[] = []
  for (const node of nodes.toReversed())
    if (node.outputs.some((name) => needed.has(name))) {
      for (const name of node.inputs) needed.add(name)
      own.unshift(node)
    }
  const last = new Map<string, OnnxNode>()
  for (const node of own) for (const name of [...node.outputs, ...node.inputs]) last.set(name, node)
  const done = new Map<OnnxNode, string[]>()
  for (const [name, node] of last) if (!outputs.includes(name)) done.set(node, [...(done.get(node) ?? []), name])
  return { nodes: own, done }
}

/** Throws NoOperatorError where TensorFlow.js has nothing that does what an operator does. */
export function tensorFlowGraph(tf: TensorFlow, graph: OnnxGraph): TensorFlowGraph {
  for (const { type, attributes } of graph.nodes) {
    const lack = lackOf(type, attributes)
    if (lack !== undefined) throw new NoOperatorError(lack)
  }
  const constants = new Map([...graph.constants].map(([name, tensor]) => [name, constantOf(tf, tensor)]))
  const plans = new Map<string, Plan>()

  return {
    run(inputs, outputs) {
      const key = JSON.stringify(outputs)
      const plan = plans.get(key) ?? planOf(graph, outputs)
      plans.set(key, plan)
      const made = new Map<string, Held>()
      const find = (name: string): Held => {
        const held = made.get(name) ?? inputs.get(name) ?? constants.get(name)
        if (held === undefined) throw new Error(`it got no "${name}"`)
        return held
      }
      const drop = (held: Held | undefined): void => {
        if (held !== undefined && 'dispose' in held) held.dispose()
      }
      try {
        for (const node of plan.nodes) {
          const { type, attributes, outputs: names } = node
          const given = node.inputs.map(find)
          // What an operator makes besides is disposed of; an input that it passes on is held once more.
          const results: Held[] = []
          tf.tidy(() => {
            for (const held of operateAll(tf, type, given, attributes, names.length))
              results.push('dispose' in held ? tf.keep(tf.clone(held)) : held)
          })
          for (const [i, name] of names.entries()) {
            const result = results[i]
            if (result === undefined) throw new Error(`${type} gave no "${name}"`)
            made.set(name, result)
          }
          for (const name of plan.done.get(node) ?? []) {
            drop(made.get(name))
            made.delete(name)
          }
        }
        const results = outputs.map((name) => made.get(name))
        return results.map((held, i) => {
          if (held === undefined || !('dispose' in held)) throw new Error(`the model gave no "${outputs[i]}"`)
          return held
        })
      } catch (error) {
        for (const held of made.values()) drop(held)
        throw error
      }
    },
    dispose() {
      for (const held of constants.values()) if ('dispose' in held) held.dispose()
      constants.clear()
    },
  }
}

/** Whole numbers of 64 bits say shapes and places. */
function constantOf(tf: TensorFlow, { dtype, shape, numbers }: RuntimeTensor): Held {
  if (dtype !== 'int64') return tf.keep(tf.tensor(numbers as Float32Array, [...shape], 'float32'))
  const ints = Array.from(numbers as BigInt64Array, Number)
  return shape.length === 0 ? scalarOf(ints[0] ?? 0) : ints
}
