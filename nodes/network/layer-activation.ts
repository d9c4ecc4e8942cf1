import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, nameParam } from '../layers.ts'

const kinds = [
  ...(['relu', 'relu6', 'gelu', 'silu', 'hardswish', 'hardsigmoid', 'sigmoid', 'tanh', 'softmax'] as const),
] as const

/** Adds an activation to a network. Network in; the longer network out. */
export const layerActivation = defineNode({
  type: 'network/layer-activation',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Activation layer',
  alias: 'torch.nn.ReLU',
  keywords: [
    'ReLU',
    'ReLU6',
    'GELU',
    'SiLU',
    'Swish',
    'Hardswish',
    'sigmoid',
    'tanh',
    'softmax',
    'nonlinearity',
    'build',
  ],
  summary: 'Adds a function of each number to a network.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'relu',
      of: kinds,
      names: {
        ...{ relu: 'ReLU', relu6: 'ReLU6', gelu: 'GELU', silu: 'SiLU (Swish)', hardswish: 'Hardswish' },
        ...{ hardsigmoid: 'Hardsigmoid', sigmoid: 'Sigmoid', tanh: 'Tanh', softmax: 'Softmax' },
      },
      label: 'Function',
      help: 'Softmax is over the first axis: channels or classes.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, kind }) => grow.shape(network, { type: kind }, name),
  run: ({ network, name, kind }) => grow.run(network, { type: kind }, name),
  explain: {
    idea: 'Without a bend between them, many linear layers would be no more than one. An activation is that bend.',
    formula: {
      by: 'kind',
      of: {
        relu: String.raw`y = \max(0, x)`,
        relu6: String.raw`y = \min(6, \max(0, x))`,
        gelu: String.raw`y = x\,\Phi(x)`,
        silu: String.raw`y = x\,\sigma(x)`,
        hardswish: String.raw`y = x \min(1, \max(0, \tfrac{x}{6} + \tfrac12))`,
        hardsigmoid: String.raw`y = \min(1, \max(0, \tfrac{x}{6} + \tfrac12))`,
        sigmoid: String.raw`y = \frac{1}{1 + e^{-x}}`,
        tanh: String.raw`y = \tanh x`,
        softmax: String.raw`y_c = \frac{e^{x_c}}{\sum_{c'} e^{x_{c'}}}`,
      },
    },
    reference: 'torch.nn.ReLU, ReLU6, GELU, SiLU, Hardswish, Hardsigmoid, Sigmoid, Tanh, Softmax.',
    code: {
      by: 'kind',
      of: {
        ...{ relu: 'torch.nn.ReLU()', relu6: 'torch.nn.ReLU6()', gelu: 'torch.nn.GELU()', silu: 'torch.nn.SiLU()' },
        ...{ hardswish: 'torch.nn.Hardswish()', hardsigmoid: 'torch.nn.Hardsigmoid()' },
        ...{ sigmoid: 'torch.nn.Sigmoid()', tanh: 'torch.nn.Tanh()', softmax: 'torch.nn.Softmax(1)' },
      },
    },
  },
})
