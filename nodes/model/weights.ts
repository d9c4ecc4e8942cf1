import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { modelFile, shapesOfWeights, socketsOfWeights } from '../model-sockets.ts'

/**
 * Weights of a model as a tensor: what was learned, without running it. Axes as the file has them: HWIO (rows, columns, channels in,
 * channels out) for kernels of TensorFlow, OIHW of ONNX and PyTorch.
 */
export const modelWeights = defineNode({
  type: 'model/weights',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Weights of a model',
  alias: 'torch.nn.Module.state_dict',
  keywords: [
    'network',
    'kernel',
    'filter',
    'parameters',
    'layer',
    'learned',
    'initializer',
    'get_weights',
    'onnx',
    'tensorflow',
  ],
  summary: 'Gives numbers that a network has learned: the kernels of a layer, as a tensor.',
  inputs: {},
  params: {
    path: modelFile(
      ['onnx', 'json', 'tflite'],
      'An .onnx or .tflite file, or the model.json of a TensorFlow.js model.',
    ),
    name: param.text({
      default: '',
      label: 'Weights',
      help: 'Their name in the file: conv1/kernel, for instance. A part of it lists the names that have it.',
    }),
  },
  outputs: {},
  sockets: { by: ['path', 'name'], of: ({ path, name }, context) => socketsOfWeights(path, name, context) },
  network: { file: 'path' },
  shape: ({ path, name }, context) => shapesOfWeights(path, name, context),
  identity: ({ path }, { models }) => models.identity(path),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path, name }, { models }) => ({ weights: await models.weight(path, name) }),
  explain: {
    idea: 'A network is its weights. Those of its first layer are small pictures themselves: each is a kernel that was not designed but found.',
    reference: 'ONNX initializers; TensorFlow.js weights manifest; torch.nn.Module.state_dict.',
    code: 'model.state_dict()[{name}]',
  },
})
