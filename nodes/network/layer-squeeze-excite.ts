import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grown, nameParam, withJoin, withLayer } from '../layers.ts'

const gates = ['sigmoid', 'hardsigmoid'] as const

interface Given {
  readonly squeezed: number
  readonly gate: (typeof gates)[number]
  readonly name: string
}

/** Names as in torchvision.ops.SqueezeExcitation. */
function squeezeExcite<N extends NetworkShape>(network: N, { squeezed, gate, name }: Given): N {
  const [channels = 1] = totalsOf(network.layers).output
  const own = name.trim() || `se${1 + network.layers.filter(({ type }) => type === 'multiply').length}`
  const conv = (out: number) => ({ type: 'conv', set: { out, kernel: 1 } })
  let made = withLayer(network, { type: 'adaptiveAvgPool', set: { size: 1 } }, `${own}.avgpool`)
  made = withLayer(withLayer(made, conv(squeezed), `${own}.fc1`), { type: 'relu' }, `${own}.activation`)
  made = withLayer(withLayer(made, conv(channels), `${own}.fc2`), { type: gate }, `${own}.scale_activation`)
  return withJoin(network, made, { type: 'multiply' }, own)
}

/** Adds squeeze and excite to a network. Network whose result is channels × height × width in; the longer network out. */
export const layerSqueezeExcite = defineNode({
  type: 'network/layer-squeeze-excite',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Squeeze and excite',
  alias: 'torchvision.ops.SqueezeExcitation',
  keywords: ['SE', 'SENet', 'channel attention', 'gate', 'EfficientNet', 'MobileNet v3', 'build'],
  summary: 'Adds a gate for each channel, which depends on the means of all channels.',
  inputs: { network: socket.network() },
  params: {
    squeezed: param.integer({
      default: 16,
      min: 1,
      max: 65536,
      label: 'Squeezed to',
      help: 'Channels between the two small layers; usually a quarter to a sixteenth.',
    }),
    gate: param.choice({
      default: 'sigmoid',
      of: gates,
      names: { sigmoid: 'Sigmoid', hardsigmoid: 'Hardsigmoid' },
      label: 'Gate',
      help: 'What brings the factors between 0 and 1.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, ...given }) => (network ? { network: squeezeExcite(network, given) } : {}),
  run: ({ network, ...given }, context) => grown(network, squeezeExcite(network, given), context),
  explain: {
    idea: 'Which channels matter depends on the whole picture. Two small layers look at the mean of each channel and say by how much each is to be heard.',
    formula: String.raw`y_c = x_c \cdot \sigma\!\left(W_2 \max(0, W_1 \bar x)\right)_c`,
    reference: 'Hu et al. 2018, Squeeze-and-Excitation Networks; torchvision.ops.SqueezeExcitation.',
    code: 'torchvision.ops.SqueezeExcitation(channels, {squeezed}, scale_activation=torch.nn.{gate})',
    words: { gate: { sigmoid: 'Sigmoid', hardsigmoid: 'Hardsigmoid' } },
  },
})
