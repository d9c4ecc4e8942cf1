import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grown, nameParam, withLayer } from '../layers.ts'

interface Given {
  readonly classToken: boolean
  readonly distillation: boolean
  readonly position: boolean
  readonly name: string
}

/** Maps become rows; then what is learned comes to them. */
function tokens<N extends NetworkShape>(network: N, { classToken, distillation, position, name }: Given): N {
  const [channels = 1, ...sides] = totalsOf(network.layers).output
  const places = sides.reduce((a, b) => a * b, 1)
  const own = name.trim() || 'tokens'
  let made = withLayer(network, { type: 'reshape', set: { shape: [channels, places] } }, `${own}.flat`)
  made = withLayer(made, { type: 'permute', set: { order: [1, 0] } }, own)
  const token = { type: 'token', set: { shape: [1, 1, channels] } }
  // The class token comes first.
  if (distillation) made = withLayer(made, token, `${own}.dist_token`)
  if (classToken) made = withLayer(made, token, `${own}.class_token`)
  const shape = [1, places + Number(classToken) + Number(distillation), channels]
  return position ? withLayer(made, { type: 'shift', set: { shape } }, `${own}.pos_embedding`) : made
}

/** Makes tokens of feature maps. Network whose result is channels × height × width in; one that gives tokens × channels out. */
export const layerTokens = defineNode({
  type: 'network/layer-tokens',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Tokens layer',
  alias: 'PatchEmbed',
  keywords: ['ViT', 'patches', 'patch embedding', 'class token', 'CLS', 'position embedding', 'transformer', 'build'],
  summary: 'Makes a row of numbers, a token, of each place of the feature maps.',
  inputs: { network: socket.network() },
  params: {
    classToken: param.boolean({
      default: true,
      label: 'Class token',
      help: 'One learned token more, before all others: what it has become in the end stands for the whole picture.',
    }),
    distillation: param.boolean({
      default: false,
      label: 'Distillation token',
      help: 'A second learned token, which learns what a larger network says of the picture (DeiT).',
    }),
    position: param.boolean({
      default: true,
      label: 'Position embedding',
      help: 'Learned numbers for each place are added, so that a token knows where it is.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, ...given }) => (network ? { network: tokens(network, given) } : {}),
  run: ({ network, ...given }, context) => grown(network, tokens(network, given), context),
  explain: {
    idea: 'Attention works on a list, not on a picture. A convolution with a stride as large as its kernel makes patches; each becomes one row of the list.',
    formula: String.raw`z = [x_\text{class};\ x_1;\ \dots;\ x_N] + E_\text{pos}`,
    reference:
      'Dosovitskiy et al. 2021, An Image Is Worth 16×16 Words; Touvron et al. 2021 (DeiT); torchvision VisionTransformer.',
    code: 'torch.cat([class_token, x.flatten(2).transpose(1, 2)], 1) + pos_embedding',
  },
})
