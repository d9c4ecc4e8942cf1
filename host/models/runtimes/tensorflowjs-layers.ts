/** Networks of layers that were made here, by TensorFlow.js on the best backend that it has: their layers are JSON, their weights one row. */
import type { Layer } from '../../../engine/values/layers/layer.ts'
import { openTensorFlow } from '../../tensorflow/open.ts'
import type { Runtime } from '../runtime.ts'
import { tensorFlowNetwork } from '../tensorflow/layers.ts'
import { version } from '../tensorflow/problem.ts'
import { runModel } from '../tensorflow/run-model.ts'

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
      run: (inputs, outputs) =>
        runModel(tf, whole.path, { inputs, outputs }, (given) => network.run(Object.fromEntries(given), outputs)),
    }
  },
}
