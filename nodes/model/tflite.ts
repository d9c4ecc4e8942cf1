import { defineNode } from '../../engine/graph/node.ts'
import { modelFile, runModel, shapesOfModel, socketsOfModel, tapsParam } from '../model-sockets.ts'

/**
 * Runs a LiteRT (TensorFlow Lite) model. Its inputs and outputs are the sockets: tensors by their names, NHWC. An input that the
 * file keeps as whole numbers (uint8, int8) takes those; an output that it keeps so is given as the real numbers that they stand
 * for, scale · (q − zero point) in float32.
 */
export const tflite = defineNode({
  type: 'model/tflite',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'LiteRT model',
  alias: 'tf.lite.Interpreter',
  keywords: [
    ...['network', 'neural', 'inference', 'tensorflow lite', 'tflite', 'mediapipe', 'quantised', 'quantized', 'deep'],
    ...['weights', 'pretrained', 'predict'],
  ],
  summary: 'Runs a network from a .tflite file; its inputs and outputs are the sockets.',
  inputs: {},
  params: {
    path: modelFile(
      ['tflite'],
      'A LiteRT (TensorFlow Lite) model. Pictures are wanted as NHWC tensors; a quantised one takes whole numbers, 0 to 255.',
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
    idea: 'A network is a long chain of simple operations with numbers that were learned. Such files are made for phones: often each number is one byte q, which stands for s(q − z), so that they are small and fast.',
    formula: String.raw`r = s\,(q - z)`,
    reference:
      'LiteRT, once TensorFlow Lite; Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference (Jacob et al. 2018).',
    code: 'run = tf.lite.Interpreter({path}).get_signature_runner(); outputs = run(**inputs)',
  },
})
