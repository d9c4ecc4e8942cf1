import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['flatten', 'dropout'] as const

interface Chosen {
  readonly kind: (typeof kinds)[number]
  readonly p: number
}

const layer = ({ kind, p }: Chosen): NewLayer => (kind === 'dropout' ? { type: kind, set: { p } } : { type: kind })

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
      names: { flatten: 'Flatten', dropout: 'Dropout' },
      label: 'Kind',
      help: 'Flatten puts all numbers in one row. Dropout leaves out random numbers while a network learns, and none after that.',
    }),
    p: param.number({
      default: 0.5,
      min: 0,
      max: 0.99,
      label: 'Probability',
      help: 'That a number is left out.',
      when: { param: 'kind', is: ['dropout'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...chosen }) => grow.shape(network, layer(chosen), name),
  run: ({ network, name, ...chosen }) => grow.run(network, layer(chosen), name),
  explain: {
    idea: 'Linear layers take one row of numbers: flattening makes it of feature maps. Dropout keeps a network from relying on single numbers while it learns.',
    reference: 'torch.nn.Flatten, torch.nn.Dropout.',
    code: { by: 'kind', of: { flatten: 'torch.nn.Flatten()', dropout: 'torch.nn.Dropout({p})' } },
  },
})
