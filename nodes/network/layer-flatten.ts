import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['flatten', 'dropout', 'stochasticDepth'] as const

interface Chosen {
  readonly kind: (typeof kinds)[number]
  readonly p: number
}

const layer = ({ kind, p }: Chosen): NewLayer => (kind === 'flatten' ? { type: kind } : { type: kind, set: { p } })

/** Adds flattening, or dropout, to a network. Network in; the longer network out. */
export const layerFlatten = defineNode({
  type: 'network/layer-flatten',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Flatten or dropout',
  alias: 'torch.nn.Flatten',
  keywords: ['reshape', 'dropout', 'regularisation', 'regularization', 'build', 'vector'],
  summary: 'Adds a layer without weights: all numbers in one row, or dropout.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'flatten',
      of: kinds,
      names: { flatten: 'Flatten', dropout: 'Dropout', stochasticDepth: 'Stochastic depth' },
      label: 'Kind',
      help: 'Flatten puts all numbers in one row. Dropout leaves out random numbers while a network learns, and none after that. Stochastic depth leaves out the whole branch: it comes before a sum.',
    }),
    p: param.number({
      default: 0.5,
      min: 0,
      max: 0.99,
      label: 'Probability',
      help: 'That a number, or the branch, is left out.',
      when: { param: 'kind', is: ['dropout', 'stochasticDepth'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...chosen }) => grow.shape(network, layer(chosen), name),
  run: ({ network, name, ...chosen }, context) => grow.run(network, layer(chosen), name, context),
  explain: {
    idea: 'Linear layers take one row of numbers: flattening makes it of feature maps. Dropout keeps a network from relying on single numbers while it learns.',
    reference: 'torch.nn.Flatten, torch.nn.Dropout, torchvision.ops.StochasticDepth.',
    code: {
      by: 'kind',
      of: {
        flatten: 'torch.nn.Flatten()',
        dropout: 'torch.nn.Dropout({p})',
        stochasticDepth: "torchvision.ops.StochasticDepth({p}, 'row')",
      },
    },
  },
})
