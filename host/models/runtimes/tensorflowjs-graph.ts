/** ONNX models that were made here, by TensorFlow.js: steps of a training, and the network that it tests. */
import { openTensorFlow } from '../../tensorflow/open.ts'
import { readGraph } from '../onnx/graph.ts'
import type { Runtime } from '../runtime.ts'
import { tensorFlowGraph } from '../tensorflow/graph.ts'
import { problemOf, version } from '../tensorflow/problem.ts'
import { runModel } from '../tensorflow/run-model.ts'

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
      run: (inputs, outputs) => runModel(tf, whole.path, { inputs, outputs }, (given) => graph.run(given, outputs)),
    }
  },
}
