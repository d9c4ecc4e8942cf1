/** Networks of layers that were made here, by TensorFlow.js on its WebAssembly backend: their layers are JSON, their weights one row. */
import { createRequire } from 'node:module'
import type { Tensor } from '@tensorflow/tfjs-core'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { Layer } from '../../../engine/values/layers/layer.ts'
import { complaints, openWebAssembly } from '../../tensorflow/wasm.ts'
import { onCpu, outOfMemory, type Runtime, type RuntimeTensor } from '../runtime.ts'
import { tensorFlowNetwork } from '../tensorflow/layers.ts'
import { NoOperatorError } from '../tensorflow/operators.ts'

const require = createRequire(import.meta.url)
const { version } = require('@tensorflow/tfjs-core/package.json') as { readonly version: string }

function problemOf(path: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NoOperatorError)
    return new SightlineError('model.unsupported-operator', {
      ...{ path, given: message, runtime: `TensorFlow.js ${version}`, message: 'choose ONNX Runtime' },
    })
  return outOfMemory(path, message, error) ?? error
}

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
    const tf = await openWebAssembly()
    const network = tensorFlowNetwork(tf, layers, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4))
    return {
      provider: onCpu,
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
