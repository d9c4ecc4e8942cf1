import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const layer = ({ heads }: { readonly heads: number }): NewLayer => ({ type: 'attention', set: { heads } })

/** Adds self-attention to a network. Network whose result is tokens × features in; the longer network out. */
export const layerAttention = defineNode({
  type: 'network/layer-attention',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Attention layer',
  alias: 'torch.nn.MultiheadAttention',
  keywords: ['transformer', 'self-attention', 'multi-head', 'ViT', 'query', 'key', 'value', 'tokens', 'build'],
  summary: 'Adds self-attention to a network: each token looks at all others.',
  inputs: { network: socket.network({ help: 'Its result is tokens × features.' }) },
  params: {
    heads: param.integer({
      default: 1,
      min: 1,
      max: 256,
      label: 'Heads',
      help: 'So many parts of the features look for themselves; the features are divided among them.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }) => grow.run(network, layer(given), name),
  explain: {
    idea: 'Each token asks a question; every token has a key that may answer it, and a value that it gives. A token becomes the mean of all values, weighed by how well the keys answer.',
    formula: String.raw`\mathrm{softmax}\!\left(\tfrac{Q K^\top}{\sqrt{d}}\right) V`,
    reference: 'Vaswani et al. 2017, Attention Is All You Need; torch.nn.MultiheadAttention.',
    code: 'torch.nn.MultiheadAttention(features, {heads}, batch_first=True)',
  },
})
