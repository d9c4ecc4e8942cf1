import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grow, type NewLayer, nameParam } from '../layers.ts'

interface Given {
  readonly axes: '1' | '2' | '3'
  readonly transposed: boolean
  readonly channels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
  readonly bias: boolean
  readonly more: number
}

function layer({
  axes,
  transposed,
  channels: out,
  kernel,
  stride,
  padding,
  dilation,
  groups,
  bias,
  more,
}: Given): NewLayer {
  const set = { out, kernel, stride, padding, dilation, groups, bias }
  const kind = transposed ? 'convTranspose' : 'conv'
  return {
    type: axes === '2' ? kind : `${kind}${axes}d`,
    set: transposed && more > 0 ? { ...set, outputPadding: more } : set,
  }
}

/**
 * Adds a convolution to a network. Network whose result is channels × height × width in (of one axis: channels × length; of three:
 * channels × depth × height × width); the longer network out.
 */
export const layerConvolution = defineNode({
  type: 'network/layer-convolution',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Convolution layer',
  alias: 'torch.nn.Conv2d',
  keywords: [
    'conv',
    'depthwise',
    'transposed',
    'deconvolution',
    'ConvTranspose2d',
    'Conv1d',
    'Conv3d',
    'build',
    'learned',
    'feature maps',
  ],
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
      help: 'How many groups the channels are split into; each group has kernels of its own. As many as channels: depthwise.',
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
    more: param.integer({
      default: 0,
      min: 0,
      max: 62,
      label: 'Output padding',
      help: 'Rows and columns more at the far ends: a stride leaves open how large the maps were before.',
      when: { param: 'transposed', is: [true] },
    }),
    axes: param.choice({
      default: '2',
      of: ['1', '2', '3'],
      names: { 1: 'One: a signal', 2: 'Two: a picture', 3: 'Three: a volume, or a video' },
      label: 'Axes',
      help: 'Of space, over which the kernel slides.',
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => grow.shape(network, layer(given), name),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(given), name, context),
  explain: {
    idea: 'Each kernel slides over all channels and answers where it finds its pattern. The patterns are learned; there are as many feature maps as kernels.',
    formula: String.raw`H_\text{out} = \left\lfloor \tfrac{H + 2 \param{padding}{p} - \param{dilation}{d} (\param{kernel}{k} - 1) - 1}{\param{stride}{s}} \right\rfloor + 1`,
    reference: 'torch.nn.Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d.',
    code: {
      by: 'transposed',
      of: {
        false: 'torch.nn.{axes}(channels, {channels}, {kernel}, {stride}, {padding}, {dilation}, {groups}, {bias})',
        true: 'torch.nn.{axes:transposed}(channels, {channels}, {kernel}, {stride}, {padding}, {more}, {groups}, {bias}, {dilation})',
      },
    },
    words: {
      axes: { 1: 'Conv1d', 2: 'Conv2d', 3: 'Conv3d' },
      'axes:transposed': { 1: 'ConvTranspose1d', 2: 'ConvTranspose2d', 3: 'ConvTranspose3d' },
    },
  },
})
