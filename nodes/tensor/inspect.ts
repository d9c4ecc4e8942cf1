import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import type { ChannelStatistics } from '../../engine/ops/reduce/layout.ts'
import { countOf } from '../../engine/ops/shape.ts'
import { param } from '../../engine/types/param.ts'
import {
  describeShape,
  type ImageValue,
  type PlotValue,
  type TableValue,
  type TensorValue,
  type Value,
} from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { channelNames } from '../channels.ts'

type Stored = ImageValue | TensorValue

function stored(value: Value): Stored {
  if (value.kind === 'image' || value.kind === 'tensor') return value
  throw unsupported('Inspect', `a ${value.kind}`, 'a picture or a tensor')
}

const namesOf = (value: Stored): readonly string[] => (value.kind === 'image' ? channelNames(value) : ['All'])

function describe(value: Stored): string {
  const range = value.kind === 'image' ? value.range : undefined
  const span = range ? `nominal range ${range[0]} to ${range[1]}` : 'no nominal range'
  return `${describeShape(value)}\nfloat32, ${((4 * countOf(value)) / 1e6).toFixed(2)} MB, ${span}`
}

function tableOf(value: Stored, channels: readonly ChannelStatistics[]): TableValue {
  const none = '–'
  const names = namesOf(value)
  return {
    kind: 'table',
    columns: ['Channel', 'Min', 'Max', 'Mean', 'Std', 'NaN', 'Infinite'],
    rows: channels.map(({ min, max, mean, std, nan, infinite }, c) => [
      names[c] ?? `${c}`,
      ...[min, max, mean, std].map((number) => number ?? none),
      nan,
      infinite,
    ]),
  }
}

/** Channels of different ranges, such as HSV's, are drawn over the percentage of their own range. */
function plotOf(value: Stored, channels: readonly ChannelStatistics[]): PlotValue {
  const names = namesOf(value)
  const range = channels[0]?.range ?? [0, 1]
  const same = channels.every((channel) => channel.range.join() === range.join())
  return {
    kind: 'plot',
    x: same ? { label: 'Value', range } : { label: "% of each channel's range", range: [0, 100] },
    series: channels.map(({ histogram }, c) => ({ name: names[c] ?? `${c}`, values: histogram })),
  }
}

/** The content of a picture or tensor. Image (H, W, C) or tensor float32 in; histogram, table and text out. */
export const inspect = defineNode({
  type: 'tensor/inspect',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Inspect',
  alias: 'np.histogram, image.shape, image.min()',
  keywords: [
    'statistics',
    'histogram',
    'shape',
    'dtype',
    'min',
    'max',
    'mean',
    'std',
    'range',
    'describe',
    'print',
    'NaN',
  ],
  summary: 'Shows the shape, range, mean, deviation and histogram of what flows along a wire.',
  basic: true,
  inputs: { image: socket.any({ help: 'A picture, or a tensor.' }) },
  params: {
    bins: param.integer({
      default: 256,
      min: 2,
      max: 1024,
      soft: [16, 256],
      label: 'Bars of the histogram',
      help: 'Into how many equal steps the range is cut. 256 gives each value of an 8-bit picture its own.',
    }),
  },
  outputs: {
    histogram: socket.plot({ help: 'How often each value occurs, for each channel.' }),
    table: socket.table({ help: 'Minimum, maximum, mean, standard deviation and broken numbers of each channel.' }),
    text: socket.text({ help: 'Shape, type, size and nominal range.' }),
  },
  shape: () => ({ histogram: { kind: 'plot' }, table: { kind: 'table' }, text: { kind: 'text' } }),
  run: async ({ image, bins }, { ops, wants }) => {
    const given = stored(image)
    const channels = await ops.statistics(given, wants('histogram') ? { bins } : {})
    return {
      ...(wants('histogram') && { histogram: plotOf(given, channels) }),
      table: tableOf(given, channels),
      text: { kind: 'text', text: describe(given) },
    }
  },
  explain: {
    idea: 'Before anything else, look at the numbers: how many there are, how they are ordered, how small and large they get. Most mistakes show here.',
    formula: String.raw`\mu = \frac{1}{N} \sum_p I(p), \qquad \sigma = \sqrt{\frac{1}{N} \sum_p (I(p) - \mu)^2}`,
    reference:
      'NumPy histogram, mean, std (of the population); chapter 6.1. NaN and infinite numbers are counted, not averaged. The hidden colours of transparent pixels count like all others.',
    code: 'print(image.shape, image.dtype, image.min(), image.max(), image.mean(), image.std()); np.histogram(image, {bins})',
  },
})
