/** ONNX models that were made here, by TensorFlow.js: steps of a training, and the network that it tests. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { openTensorFlow } from '../../tensorflow/open.ts'
import { complaints } from '../../tensorflow/wasm.ts'
import { readGraph } from '../onnx/graph.ts'
import type { Runtime, RuntimeTensor } from '../runtime.ts'
import { tensorFlowGraph } from '../tensorflow/graph.ts'
import { problemOf, version } from '../tensorflow/problem.ts'

const notThere = (): never => {
  throw new Error('models that were made here are not read from files')
}

export const tensorflowjsGraph: Runtime = {
  name: 'tensorflow.js graph',
  version,
  extensions: [],
  words: 'ONNX',
  looks: () => false,
  describe: notThere,
  network: notThere,
  async load(whole, _, context) {
    const { tf, provider } = await openTensorFlow(context)
    const graph = (() => {
      try {
        return tensorFlowGraph(tf, readGraph(context.read(whole)))
      } catch (error) {
        throw problemOf(whole.path, error)
      }
    })()
    return {
      provider,
      async run(inputs, outputs) {
        complaints.length = 0
        const given = new Map<string, Tensor>()
        let made: readonly Tensor[] = []
        try {
          for (const [name, { numbers, shape, dtype }] of inputs)
            given.set(name, tf.tensor(numbers as Float32Array, [...shape], dtype === 'float32' ? 'float32' : 'int32'))
          made = graph.run(given, outputs)
          const results = new Map<string, RuntimeTensor>()
          for (const [i, name] of outputs.entries()) {
            const tensor = made[i] as Tensor
            results.set(name, { dtype: 'float32', shape: tensor.shape, numbers: (await tensor.data()) as Float32Array })
          }
          const [complaint] = complaints.splice(0)
          if (complaint !== undefined) throw new Error(complaint)
          return results
        } catch (error) {
          throw problemOf(whole.path, error)
        } finally {
          for (const tensor of new Set([...given.values(), ...made])) tensor.dispose()
        }
      },
    }
  },
}
