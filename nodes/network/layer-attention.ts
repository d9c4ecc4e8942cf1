import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['global', 'windowed'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly heads: number
  readonly window: number
  readonly shift: number
}

const layer = ({ kind, heads, window, shift }: Given): NewLayer =>
  kind === 'global' ? { type: 'attention', set: { heads } } : { type: 'windowAttention', set: { heads, window, shift } }

/**
 * Adds self-attention to a network. Network whose result is tokens × features in, for windows height × width × features; the longer
 * network out.
 */
export const layerAttention = defineNode({
  type: 'network/layer-attention',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Attention layer',
  alias: 'torch.nn.MultiheadAttention',
  keywords: ['transformer', 'self-attention', 'multi-head', 'ViT', 'query', 'key', 'value', 'tokens', 'build'],
  summary: 'Adds self-attention to a network: each token looks at all others.',
  inputs: {
    network: socket.network({ help: 'Its result is tokens × features; for windows height × width × features.' }),
  },
  params: {
    heads: param.integer({
      default: 1,
      min: 1,
      max: 256,
      label: 'Heads',
      help: 'So many parts of the features look for themselves; the features are divided among them.',
    }),
    kind: param.choice({
      default: 'global',
      of: kinds,
      names: { global: 'All to all', windowed: 'Within windows' },
      label: 'Who sees whom',
      help: 'Within windows each token looks only at its neighbours, and how far apart they are counts (Swin).',
    }),
    window: param.integer({
      default: 7,
      min: 1,
      max: 64,
      label: 'Window',
      help: 'Height and width, in tokens.',
      when: { param: 'kind', is: ['windowed'] },
    }),
    shift: param.integer({
      default: 0,
      min: 0,
      max: 63,
      label: 'Shift',
      help: 'How far the windows are moved down and right; in every second layer half a window, so that neighbours meet.',
      when: { param: 'kind', is: ['windowed'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Each token asks a question; every token has a key that may answer it, and a value that it gives. A token becomes the mean of all values, weighed by how well the keys answer.',
    formula: {
      by: 'kind',
      of: {
        global: String.raw`\mathrm{softmax}\!\left(\tfrac{Q K^\top}{\sqrt{d}}\right) V`,
        windowed: String.raw`\mathrm{softmax}\!\left(\tfrac{Q K^\top}{\sqrt{d}} + B\right) V`,
      },
    },
    reference:
      'Vaswani et al. 2017, Attention Is All You Need; Liu et al. 2021 (Swin); torch.nn.MultiheadAttention, torchvision ShiftedWindowAttention.',
    code: {
      by: 'kind',
      of: {
        global: 'torch.nn.MultiheadAttention(features, {heads}, batch_first=True)',
        windowed:
          'torchvision.models.swin_transformer.ShiftedWindowAttention(features, [{window}] * 2, [{shift}] * 2, {heads})',
      },
    },
  },
})
