import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

interface Given {
  readonly transposed: boolean
  readonly channels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
  readonly bias: boolean
}

const layer = ({ transposed, channels: out, kernel, stride, padding, dilation, groups, bias }: Given): NewLayer => ({
  type: transposed ? 'convTranspose' : 'conv',
  set: { out, kernel, stride, padding, dilation, groups, bias },
})

/** Adds a convolution to a network. Network whose result is channels × height × width in; the longer network out. */
export const layerConvolution = defineNode({
  type: 'network/layer-convolution',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Convolution layer',
  alias: 'torch.nn.Conv2d',
  keywords: ['conv', 'depthwise', 'transposed', 'deconvolution', 'ConvTranspose2d', 'build', 'learned', 'feature maps'],
  summary: 'Adds a convolution with learned kernels to a network.',
  inputs: { network: socket.network() },
  params: {
    channels: param.integer({
      default: 64,
      min: 1,
      max: 65536,
      label: 'Channels',
      help: 'How many feature maps come out.',
    }),
    kernel: param.integer({
      default: 3,
      min: 1,
      max: 63,
      label: 'Kernel size',
      help: 'Height and width of each kernel.',
    }),
    stride: param.integer({
      default: 1,
      min: 1,
      max: 63,
      label: 'Stride',
      help: 'How far the kernel moves from place to place.',
    }),
    padding: param.integer({
      default: 1,
      min: 0,
      max: 63,
      label: 'Padding',
      help: 'Zeros around the maps on each side.',
    }),
    dilation: param.integer({
      default: 1,
      min: 1,
      max: 63,
      label: 'Dilation',
      help: 'The distance between the taps of a kernel.',
    }),
    groups: param.integer({
      default: 1,
      min: 1,
      max: 65536,
      label: 'Groups',
      help: 'Channels are treated in so many groups apart. As many as channels: depthwise.',
    }),
    bias: param.boolean({
      default: true,
      label: 'Bias',
      help: 'A learned number for each channel; needless before batch norm.',
    }),
    transposed: param.boolean({
      default: false,
      label: 'Transposed',
      help: 'The way back of a convolution: with a stride of 2 maps become twice as large.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }) => grow.run(network, layer(given), name),
  explain: {
    idea: 'Each kernel slides over all channels and answers where it finds its pattern. The patterns are learned; there are as many feature maps as kernels.',
    formula: String.raw`H_\text{out} = \left\lfloor \tfrac{H + 2 \param{padding}{p} - \param{dilation}{d} (\param{kernel}{k} - 1) - 1}{\param{stride}{s}} \right\rfloor + 1`,
    reference: 'torch.nn.Conv2d, torch.nn.ConvTranspose2d.',
    code: {
      by: 'transposed',
      of: {
        false: 'torch.nn.Conv2d(channels, {channels}, {kernel}, {stride}, {padding}, {dilation}, {groups}, {bias})',
        true: 'torch.nn.ConvTranspose2d(channels, {channels}, {kernel}, {stride}, {padding}, groups={groups}, bias={bias}, dilation={dilation})',
      },
    },
  },
})
