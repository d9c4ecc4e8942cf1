/** Networks of layers that were made here, by TensorFlow.js on the best backend that it has: their layers are JSON, their weights one row. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Layer } from '../../../engine/values/layers/layer.ts'
import { openTensorFlow } from '../../tensorflow/open.ts'
import { complaints } from '../../tensorflow/wasm.ts'
import type { Runtime, RuntimeTensor } from '../runtime.ts'
import { tensorFlowNetwork } from '../tensorflow/layers.ts'
import { problemOf, version } from '../tensorflow/problem.ts'

const notThere = (): never => {
  throw new Error('networks of layers are not read from files')
}

export const tensorflowjsLayers: Runtime = {
  name: 'tensorflow.js layers',
  version,
  extensions: [],
  words: 'layers',
  looks: () => false,
  describe: notThere,
  network: notThere,
  async load(whole, [part], context) {
    const layers = JSON.parse(new TextDecoder().decode(context.read(whole))) as readonly Layer[]
    const bytes = part ? context.read(part) : new Uint8Array(0)
    const { tf, provider } = await openTensorFlow(context)
    const network = tensorFlowNetwork(tf, layers, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4))
    return {
      provider,
      async run(inputs, outputs) {
        complaints.length = 0
        const given: Record<string, Tensor> = {}
        let made: readonly Tensor[] = []
        try {
          for (const [name, { numbers, shape }] of inputs)
            given[name] = tf.tensor(numbers as Float32Array, [...shape], 'float32')
          made = network.run(given, outputs)
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
          for (const tensor of new Set([...Object.values(given), ...made])) tensor.dispose()
        }
      },
    }
  },
}
