import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type NewLayer, nameParam, withJoin } from '../layers.ts'
import { withMaps } from '../live-maps.ts'

const kinds = ['add', 'multiply', 'concatenate'] as const

const layer = (kind: (typeof kinds)[number]): NewLayer => ({ type: kind })

/** Joins two branches of a network. Two networks in, which may begin with the same layers; one network out. */
export const layerJoin = defineNode({
  type: 'network/layer-join',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Join layers',
  alias: 'torch.cat',
  keywords: [
    'skip',
    'residual',
    'shortcut',
    'add',
    'concat',
    'concatenate',
    'multiply',
    'merge',
    'branch',
    'gate',
    'build',
  ],
  summary: 'Joins two branches of a network: by sum, product, or one behind the other.',
  inputs: {
    network: socket.network({ help: 'One branch.' }),
    other: socket.network({ help: 'The other; a wire from before the branch is a skip connection.' }),
  },
  params: {
    kind: param.choice({
      default: 'add',
      of: kinds,
      names: { add: 'Add', multiply: 'Multiply', concatenate: 'Concatenate' },
      label: 'By',
      help: 'Sum and product want one shape; concatenation puts the channels one behind the other.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, other, kind, name }) =>
    network && other ? { network: withJoin(network, other, layer(kind), name) } : {},
  run: async ({ network, other, kind, name }, context) => {
    const made = withJoin(network, other, layer(kind), name)
    const [at = 0, otherAt = 0] = made.layers.at(-1)?.from ?? []
    const known = [
      { at, maps: network.maps },
      { at: otherAt, maps: other.maps },
    ].flatMap(({ at: place, maps }) => (maps ? [{ at: place, maps }] : []))
    return { network: await withMaps(made, known, context) }
  },
  explain: {
    idea: 'A wire past some layers keeps what was there before them. Added, the layers need to learn only the difference (ResNet); concatenated, all that was seen stays visible (DenseNet, U-Net).',
    formula: {
      by: 'kind',
      of: {
        add: 'y = f(x) + g(x)',
        multiply: String.raw`y = f(x) \cdot g(x)`,
        concatenate: 'y = [f(x), g(x)]',
      },
    },
    reference: 'torch.add, torch.mul, torch.cat.',
    code: { by: 'kind', of: { add: 'a + b', multiply: 'a * b', concatenate: 'torch.cat([a, b], 1)' } },
  },
})
