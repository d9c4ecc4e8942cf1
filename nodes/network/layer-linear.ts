import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const layer = ({ features: out, bias }: { readonly features: number; readonly bias: boolean }): NewLayer => ({
  type: 'linear',
  set: { out, bias },
})

/** Adds a linear layer, over the last axis, to a network. Network in; the longer network out. */
export const layerLinear = defineNode({
  type: 'network/layer-linear',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Linear layer',
  alias: 'torch.nn.Linear',
  keywords: ['dense', 'fully connected', 'Gemm', 'MLP', 'perceptron', 'build', 'head', 'classifier'],
  summary: 'Adds a layer that weighs all features for each number it gives.',
  inputs: { network: socket.network() },
  params: {
    features: param.integer({
      default: 128,
      min: 1,
      max: 100_000,
      label: 'Features',
      help: 'How many numbers come out.',
    }),
    bias: param.boolean({ default: true, label: 'Bias', help: 'A learned number is added to each.' }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Each number that comes out is a sum of all that went in, each times a learned weight. Flatten feature maps before it.',
    formula: 'y = W x + b',
    reference: 'torch.nn.Linear.',
    code: 'torch.nn.Linear(features, {features}, {bias})',
  },
})
