import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { describeDims } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { denseLayers, type Idea, ideas, withIdea } from '../ideas.ts'
import { grown, nameParam } from '../layers.ts'

interface Given {
  readonly idea: Idea
  readonly on: boolean
  readonly channels: number
  readonly name: string
}

const blockName = ({ layers }: NetworkShape, { name }: Given): string => name.trim() || `block${layers.length}`

/** What the block alone has and costs, without the idea and with it. */
function compared(network: NetworkShape, given: Given) {
  const before = totalsOf(network.layers)
  const [without, having] = [false, true].map((on) => {
    const { layers } = withIdea(network, { ...given, on, name: blockName(network, given) })
    const { output, parameters, multiplyAdds } = totalsOf(layers)
    return {
      parameters: parameters - before.parameters,
      multiplyAdds: multiplyAdds - before.multiplyAdds,
      layers: layers.length - network.layers.length,
      output: describeDims(output),
    }
  })
  const cells = (of: 'parameters' | 'multiplyAdds' | 'layers' | 'output') => [without?.[of] ?? '', having?.[of] ?? '']
  return {
    kind: 'table',
    columns: ['', 'without', 'with'],
    rows: [
      ['parameters', ...cells('parameters')],
      ['multiply-adds', ...cells('multiplyAdds')],
      ['layers', ...cells('layers')],
      ['output', ...cells('output')],
      // Each layer is connected to those before it: 1 + 2 + ... + L.
      ...(given.idea === 'dense' ? [['connections', denseLayers, (denseLayers * (denseLayers + 1)) / 2]] : []),
    ],
  } as const
}

/** Adds a block that shows one idea. Network whose result is channels × height × width in; the longer network and a table out. */
export const networkBlock = defineNode({
  type: 'network/block',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Block with an idea',
  alias: 'torch.nn.Sequential',
  keywords: [
    ...['skip connection', 'residual', 'ResNet', 'Inception', 'bottleneck', 'dense connections', 'DenseNet'],
    ...[
      'depthwise separable',
      'MobileNet',
      'inverted residual',
      'VGG',
      'squeeze and excite',
      'Swin',
      'switch',
      'build',
    ],
  ],
  summary: 'Adds a block to a network, with or without the idea of an architecture, and says what that changes.',
  inputs: { network: socket.network() },
  params: {
    idea: param.choice({
      default: 'residual',
      of: ideas,
      names: {
        'small-kernels': 'Two 3 × 3 for one 5 × 5 (VGG)',
        bottleneck: '1 × 1 before large kernels (Inception)',
        residual: 'Skip connection (ResNet)',
        dense: 'Each layer sees all before it (DenseNet)',
        separable: 'Depthwise and pointwise (MobileNet)',
        inverted: 'Wide inside (MobileNet v2)',
        gate: 'A gate for each channel (SENet)',
        windows: 'Attention in windows (Swin)',
      },
      label: 'Idea',
      help: 'What the block is about.',
    }),
    on: param.boolean({
      default: true,
      label: 'With the idea',
      help: 'Off: the block as it was before somebody had it.',
    }),
    channels: param.integer({
      default: 64,
      min: 1,
      max: 8192,
      soft: [1, 512],
      label: 'Channels',
      help: 'That come out; of dense connections those that each layer adds.',
      when: { param: 'idea', is: ['small-kernels', 'bottleneck', 'dense', 'separable', 'gate'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network(), table: socket.table() },
  shape: ({ network, ...given }) =>
    network
      ? { network: withIdea(network, { ...given, name: blockName(network, given) }), table: { kind: 'table' } }
      : { table: { kind: 'table' } },
  run: async ({ network, ...given }, context) => ({
    ...(await grown(network, withIdea(network, { ...given, name: blockName(network, given) }), context)),
    table: compared(network, given),
  }),
  explain: {
    idea: 'Each idea changes one place: small kernels in a row see as far as a large one; a 1 × 1 convolution makes few channels of many; a skip connection leaves only the difference to learn; depthwise convolutions look at each channel by itself; windows keep attention from costing the square of all places.',
    formula: {
      by: 'idea',
      of: {
        'small-kernels': String.raw`2 \cdot 3^2 C^2 < 5^2 C^2`,
        bottleneck: String.raw`C_\text{in} r + k^2 r C_\text{out} \ll k^2 C_\text{in} C_\text{out}`,
        residual: 'y = F(x) + x',
        dense: String.raw`x_l = H_l([x_0, x_1, \dots, x_{l-1}]), \quad \tfrac{L(L+1)}{2} \text{ connections}`,
        separable: String.raw`\frac{k^2 C_\text{in} + C_\text{in} C_\text{out}}{k^2 C_\text{in} C_\text{out}} = \frac{1}{C_\text{out}} + \frac{1}{k^2}`,
        inverted: String.raw`C \to 6 C \to 6 C \to C`,
        gate: String.raw`y_c = x_c \, \sigma(W_2 \max(0, W_1 \bar x))_c`,
        windows: String.raw`2 (HW)^2 C \to 2 M^2 H W C`,
      },
    },
    reference:
      'Simonyan and Zisserman 2015; Szegedy et al. 2015; He et al. 2016; Huang et al. 2017; Howard et al. 2017; Sandler et al. 2018; Hu et al. 2018; Liu et al. 2021.',
    code: 'torchinfo.summary(model)',
  },
})
