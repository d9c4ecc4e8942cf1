import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = [
  ...(['relu', 'relu6', 'leakyRelu', 'elu', 'gelu', 'silu', 'mish', 'softplus', 'hardswish', 'hardsigmoid'] as const),
  ...(['sigmoid', 'tanh', 'softmax', 'logSoftmax'] as const),
] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly slope: number
}

const layer = ({ kind, slope }: Given): NewLayer => ({ type: kind, ...(kind === 'leakyRelu' && { set: { slope } }) })

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
        ...{ leakyRelu: 'Leaky ReLU', elu: 'ELU', mish: 'Mish', softplus: 'Softplus', logSoftmax: 'Log softmax' },
        ...{ relu: 'ReLU', relu6: 'ReLU6', gelu: 'GELU', silu: 'SiLU (Swish)', hardswish: 'Hardswish' },
        ...{ hardsigmoid: 'Hardsigmoid', sigmoid: 'Sigmoid', tanh: 'Tanh', softmax: 'Softmax' },
      },
      label: 'Function',
      help: 'Softmax is over the first axis: channels or classes.',
    }),
    slope: param.number({
      default: 0.01,
      min: 0,
      max: 1,
      step: 0.01,
      label: 'Slope',
      help: 'What numbers below 0 are multiplied with.',
      when: { param: 'kind', is: ['leakyRelu'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Without a bend between them, many linear layers would be no more than one. An activation is that bend.',
    formula: {
      by: 'kind',
      of: {
        relu: String.raw`y = \max(0, x)`,
        relu6: String.raw`y = \min(6, \max(0, x))`,
        leakyRelu: String.raw`y = \max(0, x) + \param{slope}{a} \min(0, x)`,
        elu: String.raw`y = x \text{ where } x > 0, \text{ else } e^x - 1`,
        mish: String.raw`y = x \tanh(\ln(1 + e^x))`,
        softplus: String.raw`y = \ln(1 + e^x)`,
        logSoftmax: String.raw`y_c = x_c - \ln \sum_{c'} e^{x_{c'}}`,
        gelu: String.raw`y = x\,\Phi(x)`,
        silu: String.raw`y = x\,\sigma(x)`,
        hardswish: String.raw`y = x \min(1, \max(0, \tfrac{x}{6} + \tfrac12))`,
        hardsigmoid: String.raw`y = \min(1, \max(0, \tfrac{x}{6} + \tfrac12))`,
        sigmoid: String.raw`y = \frac{1}{1 + e^{-x}}`,
        tanh: String.raw`y = \tanh x`,
        softmax: String.raw`y_c = \frac{e^{x_c}}{\sum_{c'} e^{x_{c'}}}`,
      },
    },
    reference:
      'torch.nn.ReLU, ReLU6, LeakyReLU, ELU, GELU, SiLU, Mish, Softplus, Hardswish, Hardsigmoid, Sigmoid, Tanh, Softmax, LogSoftmax.',
    code: {
      by: 'kind',
      of: {
        ...{ relu: 'torch.nn.ReLU()', relu6: 'torch.nn.ReLU6()', gelu: 'torch.nn.GELU()', silu: 'torch.nn.SiLU()' },
        ...{ leakyRelu: 'torch.nn.LeakyReLU({slope})', elu: 'torch.nn.ELU()', mish: 'torch.nn.Mish()' },
        ...{ softplus: 'torch.nn.Softplus()', logSoftmax: 'torch.nn.LogSoftmax(1)' },
        ...{ hardswish: 'torch.nn.Hardswish()', hardsigmoid: 'torch.nn.Hardsigmoid()' },
        ...{ sigmoid: 'torch.nn.Sigmoid()', tanh: 'torch.nn.Tanh()', softmax: 'torch.nn.Softmax(1)' },
      },
    },
  },
})
