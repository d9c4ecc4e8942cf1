import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['max', 'average', 'adaptive', 'global-max'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly size: number
}

function layer({ kind, kernel, stride, padding, size }: Given): NewLayer {
  if (kind === 'global-max') return { type: 'globalMaxPool' }
  if (kind === 'adaptive') return { type: 'adaptiveAvgPool', set: { size } }
  return { type: kind === 'max' ? 'maxPool' : 'avgPool', set: { kernel, stride, padding } }
}

/** Adds a pooling to a network. Network whose result is channels × height × width in; the longer network out. */
export const layerPool = defineNode({
  type: 'network/layer-pool',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Pooling layer',
  alias: 'torch.nn.MaxPool2d',
  keywords: ['max pooling', 'average pooling', 'global average pooling', 'AdaptiveAvgPool2d', 'downsample', 'build'],
  summary: 'Adds a layer that makes feature maps smaller.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'max',
      of: kinds,
      names: { max: 'Maximum', average: 'Mean', adaptive: 'Mean to a fixed size', 'global-max': 'Maximum of all' },
      label: 'Kind',
      help: 'What is kept of each window. To a fixed size of 1: the mean of the whole map.',
    }),
    kernel: param.integer({
      ...{ default: 2, min: 1, max: 63, label: 'Window', help: 'Height and width of each window.' },
      when: { param: 'kind', is: ['max', 'average'] },
    }),
    stride: param.integer({
      ...{ default: 2, min: 1, max: 63, label: 'Stride', help: 'How far the window moves.' },
      when: { param: 'kind', is: ['max', 'average'] },
    }),
    padding: param.integer({
      ...{
        default: 0,
        min: 0,
        max: 31,
        label: 'Padding',
        help: 'Around the maps on each side; at most half of the window.',
      },
      when: { param: 'kind', is: ['max', 'average'] },
    }),
    size: param.integer({
      ...{ default: 1, min: 1, max: 1024, label: 'Size', help: 'Height and width of what comes out.' },
      when: { param: 'kind', is: ['adaptive'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Of each window only the largest number, or the mean, goes on. What was found matters more than exactly where.',
    formula: {
      by: 'kind',
      of: {
        max: String.raw`y = \max_{\param{kernel}{k} \times \param{kernel}{k}} x`,
        average: String.raw`y = \tfrac{1}{\param{kernel}{k}^2} \sum_{\param{kernel}{k} \times \param{kernel}{k}} x`,
        'global-max': String.raw`y = \max_{H \times W} x`,
        adaptive: String.raw`y_i = \operatorname{mean}\, x_{\lfloor i H / \param{size}{n} \rfloor \,\dots\, \lceil (i + 1) H / \param{size}{n} \rceil - 1}`,
      },
    },
    reference: 'torch.nn.MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, AdaptiveMaxPool2d.',
    code: {
      by: 'kind',
      of: {
        max: 'torch.nn.MaxPool2d({kernel}, {stride}, {padding})',
        average: 'torch.nn.AvgPool2d({kernel}, {stride}, {padding})',
        'global-max': 'torch.nn.AdaptiveMaxPool2d(1)',
        adaptive: 'torch.nn.AdaptiveAvgPool2d({size})',
      },
    },
  },
})
