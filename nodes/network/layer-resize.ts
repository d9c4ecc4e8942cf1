import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['bilinear', 'nearest', 'shuffle', 'pad'] as const
const edges = ['constant', 'reflect', 'replicate'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly scale: number
  readonly padding: number
  readonly edge: (typeof edges)[number]
}

function layer({ kind, scale, padding, edge }: Given): NewLayer {
  if (kind === 'shuffle') return { type: 'pixelShuffle', set: { scale } }
  if (kind === 'pad') return { type: 'pad', set: { sides: [padding, padding, padding, padding], mode: edge } }
  return { type: 'upsample', set: { scale, mode: kind } }
}

/** Adds a layer that makes maps larger. Network whose result is channels × height × width in; the longer network out. */
export const layerResize = defineNode({
  type: 'network/layer-resize',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Enlarge layer',
  alias: 'torch.nn.Upsample',
  keywords: ['upsample', 'interpolate', 'PixelShuffle', 'sub-pixel', 'pad', 'ReflectionPad2d', 'decoder', 'build'],
  summary: 'Adds a layer that makes feature maps larger, without learned numbers.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'bilinear',
      of: kinds,
      names: { bilinear: 'Bilinear', nearest: 'Nearest', shuffle: 'Pixel shuffle', pad: 'Pad' },
      label: 'Kind',
      help: 'Between the pixels: means, or the nearest. Pixel shuffle puts channels there. Pad adds pixels around the maps.',
    }),
    scale: param.integer({
      default: 2,
      min: 1,
      max: 64,
      label: 'Scale',
      help: 'So many times as high and as wide.',
      when: { param: 'kind', is: ['bilinear', 'nearest', 'shuffle'] },
    }),
    padding: param.integer({
      default: 1,
      min: 0,
      max: 512,
      label: 'Padding',
      help: 'Pixels on each side.',
      when: { param: 'kind', is: ['pad'] },
    }),
    edge: param.choice({
      default: 'constant',
      of: edges,
      names: { constant: 'Zeros', reflect: 'Mirrored', replicate: 'The edge again' },
      label: 'With',
      help: 'What the pixels around the maps are.',
      when: { param: 'kind', is: ['pad'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'On the way down a network loses sight of where things are; on the way up its maps must become as large as the picture again. What lies between the pixels is a mean, a copy, or was kept in more channels.',
    formula: {
      by: 'kind',
      of: {
        bilinear: String.raw`y(v, u) = x\!\left(\tfrac{v + 1/2}{\param{scale}{s}} - \tfrac12,\ \tfrac{u + 1/2}{\param{scale}{s}} - \tfrac12\right)`,
        nearest: String.raw`y(v, u) = x(\lfloor v / \param{scale}{s} \rfloor, \lfloor u / \param{scale}{s} \rfloor)`,
        shuffle: String.raw`y_c(s v + i, s u + j) = x_{c s^2 + s i + j}(v, u), \quad s = \param{scale}{s}`,
        pad: String.raw`y(v, u) = x(v - \param{padding}{p}, u - \param{padding}{p})`,
      },
    },
    reference: 'torch.nn.Upsample (corners not aligned), PixelShuffle (Shi et al. 2016), torch.nn.functional.pad.',
    code: {
      by: 'kind',
      of: {
        bilinear: "torch.nn.Upsample(scale_factor={scale}, mode='bilinear')",
        nearest: 'torch.nn.Upsample(scale_factor={scale})',
        shuffle: 'torch.nn.PixelShuffle({scale})',
        pad: 'torch.nn.functional.pad(x, [{padding}] * 4, mode={edge})',
      },
    },
  },
})
