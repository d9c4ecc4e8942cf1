import { defineNode } from '../../engine/graph/node.ts'
import { modelFile, runModel, shapesOfModel, socketsOfModel, tapsParam } from '../model-sockets.ts'

/** Runs a TensorFlow.js model, a graph model or a layers model. Its inputs and outputs are the sockets: tensors, by their names. */
export const tfjs = defineNode({
  type: 'model/tfjs',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'TensorFlow.js model',
  alias: 'tf.loadGraphModel',
  keywords: ['network', 'neural', 'inference', 'tensorflow', 'keras', 'deep', 'weights', 'pretrained', 'predict'],
  summary: 'Runs a network from a model.json file; its inputs and outputs are the sockets.',
  inputs: {},
  params: {
    path: modelFile(
      ['json'],
      'The model.json of a TensorFlow.js model; its weights lie beside it. Pictures are mostly wanted as NHWC tensors.',
    ),
    taps: tapsParam,
  },
  outputs: {},
  sockets: { by: ['path', 'taps'], of: ({ path, taps }, context) => socketsOfModel(path, taps, context) },
  network: { file: 'path', taps: 'taps' },
  shape: ({ path, ...given }, context) => shapesOfModel(path, given, context),
  identity: ({ path }, { models }) => models.identity(path),
  watches: ({ path }) => (path ? [path] : []),
  run: ({ path, taps }, context) => runModel(path, taps, context),
  explain: {
    idea: 'A network is a long chain of simple operations with numbers that were learned. The file tells the chain, the files beside it hold the numbers; what goes in and what comes out are tensors.',
    reference: 'TensorFlow.js, tf.loadGraphModel and tf.loadLayersModel.',
    code: 'graph = tfjs_graph_converter.api.load_graph_model({path}); outputs = tfjs_graph_converter.api.graph_to_function_v2(graph)(inputs)',
  },
})
