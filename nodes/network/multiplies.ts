import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

const channels = (value: number, label: string) =>
  param.integer({ default: value, min: 1, max: 65536, soft: [1, 1024], label, help: `${label} of the layer.` })

/** How many multiplications a convolution needs for each pixel: standard, and depthwise separable. Nothing in; numbers out. */
export const networkMultiplies = defineNode({
  type: 'network/multiplies',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Cost of a convolution',
  alias: 'torch.utils.flop_counter',
  keywords: [
    'MobileNet',
    'depthwise separable',
    'pointwise',
    'FLOPs',
    'MACs',
    'multiply-accumulate',
    'efficiency',
    'cheap',
  ],
  summary: 'Counts the multiplications of a standard and of a depthwise-separable convolution.',
  inputs: {},
  params: {
    kernel: param.integer({
      default: 3,
      min: 1,
      max: 31,
      soft: [1, 11],
      label: 'Kernel',
      help: 'Its side: 3 for 3 × 3.',
    }),
    from: channels(256, 'Channels in'),
    to: channels(512, 'Channels out'),
  },
  outputs: { ratio: socket.number(), standard: socket.number(), separable: socket.number(), table: socket.table() },
  shape: () => ({
    ratio: { kind: 'number' },
    standard: { kind: 'number' },
    separable: { kind: 'number' },
    table: { kind: 'table' },
  }),
  run: ({ kernel, from, to }) => {
    const standard = kernel ** 2 * from * to
    const [depthwise, pointwise] = [kernel ** 2 * from, from * to]
    const separable = depthwise + pointwise
    return {
      ratio: { kind: 'number', value: standard / separable },
      standard: { kind: 'number', value: standard },
      separable: { kind: 'number', value: separable },
      table: {
        kind: 'table',
        columns: ['convolution', 'multiplications for each pixel'],
        rows: [
          ['standard', standard],
          ['depthwise', depthwise],
          ['pointwise', pointwise],
          ['depthwise + pointwise', separable],
        ],
      },
    }
  },
  explain: {
    idea: 'A standard convolution looks around and mixes channels at once: every channel out has a kernel for every channel in. Done one after the other, first look around, then mix, it costs a fraction.',
    formula: String.raw`\frac{\param{kernel}{k}^2 \cdot \param{from}{C_{in}} \cdot \param{to}{C_{out}}}{\param{kernel}{k}^2 \cdot \param{from}{C_{in}} + \param{from}{C_{in}} \cdot \param{to}{C_{out}}}`,
    reference: 'MobileNets (Howard et al. 2017), section 3.1; chapter 6.2, "MobileNet".',
    code: 'standard = {kernel}**2 * {from} * {to}; separable = {kernel}**2 * {from} + {from} * {to}; ratio = standard / separable',
  },
})
