import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['batch', 'layer', 'group', 'instance', 'response'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly groups: number
  readonly size: number
  readonly eps: number
  readonly affine: boolean
}

function layer({ kind, groups, size, eps, affine }: Given): NewLayer {
  if (kind === 'group') return { type: 'groupNorm', set: { groups, eps } }
  if (kind === 'instance') return { type: 'instanceNorm', set: { eps, affine } }
  if (kind === 'response') return { type: 'responseNorm', set: { size } }
  return { type: kind === 'batch' ? 'batchNorm' : 'layerNorm', set: { eps } }
}

/** Adds a normalisation to a network. Network in; the longer network out. */
export const layerNorm = defineNode({
  type: 'network/layer-norm',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Normalisation layer',
  alias: 'torch.nn.BatchNorm2d',
  keywords: [
    ...[
      'batch norm',
      'layer norm',
      'group norm',
      'instance norm',
      'LocalResponseNorm',
      'normalization',
      'LRN',
      'build',
    ],
  ],
  summary: 'Adds a layer that brings the numbers of a network to one scale.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'batch',
      of: kinds,
      names: {
        ...{ batch: 'Batch norm', layer: 'Layer norm', group: 'Group norm', instance: 'Instance norm' },
        response: 'Local response norm',
      },
      label: 'Kind',
      help: 'Over which numbers mean and variance are taken: the batch, the last axis, groups of channels, each channel by itself. Local response: neighbouring channels, as AlexNet had it.',
    }),
    groups: param.integer({
      default: 1,
      min: 1,
      max: 65536,
      label: 'Groups',
      help: 'Of channels; they must be equally many in each.',
      when: { param: 'kind', is: ['group'] },
    }),
    size: param.integer({
      default: 5,
      min: 1,
      max: 255,
      odd: true,
      label: 'Channels',
      help: 'So many neighbouring channels are looked at.',
      when: { param: 'kind', is: ['response'] },
    }),
    eps: param.number({
      default: 1e-5,
      min: 0,
      max: 1,
      label: 'Epsilon',
      help: 'Added to the variance, so that nothing is divided by 0.',
      when: { param: 'kind', is: ['batch', 'layer', 'group', 'instance'] },
    }),
    affine: param.boolean({
      default: false,
      label: 'Scale and shift',
      help: 'Learned for each channel.',
      when: { param: 'kind', is: ['instance'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Numbers that grow or shrink from layer to layer make learning hard. So they are shifted to a mean of 0 and scaled to a variance of 1; then the layer may learn another scale and shift.',
    formula: {
      by: 'kind',
      of: {
        batch: String.raw`y = \gamma \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \param{eps}{\epsilon}}} + \beta`,
        layer: String.raw`y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \param{eps}{\epsilon}}} + \beta`,
        group: String.raw`y = \gamma \frac{x - \mu_g}{\sqrt{\sigma_g^2 + \param{eps}{\epsilon}}} + \beta`,
        instance: String.raw`y = \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \param{eps}{\epsilon}}}`,
        response: String.raw`y_c = x_c \left(1 + \tfrac{\alpha}{\param{size}{n}} \sum_{c'} x_{c'}^2\right)^{-\beta}`,
      },
    },
    reference: 'torch.nn.BatchNorm2d, LayerNorm, GroupNorm, InstanceNorm2d, LocalResponseNorm.',
    code: {
      by: 'kind',
      of: {
        batch: 'torch.nn.BatchNorm2d(channels, {eps})',
        layer: 'torch.nn.LayerNorm(features, {eps})',
        group: 'torch.nn.GroupNorm({groups}, channels, {eps})',
        instance: 'torch.nn.InstanceNorm2d(channels, {eps}, affine={affine})',
        response: 'torch.nn.LocalResponseNorm({size})',
      },
    },
  },
})
