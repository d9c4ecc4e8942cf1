import { defineNode } from '../../engine/graph/node.ts'
import { modelFile, runModel, shapesOfModel, socketsOfModel, tapsParam } from '../model-sockets.ts'

/** Runs an ONNX model. Its inputs and outputs are the sockets: tensors by the names and in the shapes that the file states. */
export const onnx = defineNode({
  type: 'model/onnx',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'ONNX model',
  alias: 'onnxruntime.InferenceSession',
  keywords: ['network', 'neural', 'inference', 'onnxruntime', 'deep', 'weights', 'pretrained', 'predict'],
  summary: 'Runs a network from an .onnx file; its inputs and outputs are the sockets.',
  inputs: {},
  params: {
    path: modelFile(
      ['onnx', 'ort'],
      'A model in the ONNX format. Prepare pictures with Letterbox and Normalise, as the model was trained.',
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
    idea: 'A network is a long chain of simple operations with numbers that were learned. The file holds both; what goes in and what comes out are tensors.',
    reference: 'ONNX, Open Neural Network Exchange; ONNX Runtime.',
    code: 'onnxruntime.InferenceSession({path}).run(None, inputs)',
  },
})
