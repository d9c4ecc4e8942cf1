import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { checkLengths, grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['reshape', 'permute', 'slice'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly shape: readonly number[]
  readonly order: readonly number[]
  readonly axis: number
  readonly begin: number
  readonly end: number
}

/** The shape with what remains in place of -1. */
function filled(shape: readonly number[], numbers: number): readonly number[] {
  const at = shape.indexOf(-1)
  if (at < 0) return shape
  const rest = numbers / shape.reduce((all, length, i) => (i === at ? all : all * length), 1)
  return shape.map((length, i) => (i === at ? Math.max(1, Math.floor(rest)) : length))
}

/** Throws `param.invalid`. */
function layer({ layers }: NetworkShape, { kind, shape, order, axis, begin, end }: Given): NewLayer {
  if (kind === 'slice') return { type: 'slice', set: { axis, begin, end } }
  if (kind === 'reshape') {
    const whole = filled(shape, sizeOf(totalsOf(layers).output))
    checkLengths('shape', whole)
    return { type: 'reshape', set: { shape: whole } }
  }
  if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i))
    throw new SightlineError('param.invalid', {
      ...{ param: 'order', given: `[${order.join(', ')}]`, wanted: 'each axis once, counted from 0' },
    })
  return { type: 'permute', set: { order } }
}

/** Adds a layer that gives its numbers another shape or another order of axes, or keeps a part of an axis. Network in; the longer network out. */
export const layerShape = defineNode({
  type: 'network/layer-shape',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Reshape layer',
  alias: 'torch.reshape',
  keywords: ['permute', 'transpose', 'view', 'axes', 'Unflatten', 'rearrange', 'build'],
  summary: 'Adds a layer that changes the shape or the order of the axes, or cuts, and changes no number.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'reshape',
      of: kinds,
      names: { reshape: 'Reshape', permute: 'Order of the axes', slice: 'Cut' },
      label: 'Kind',
      help: 'Reshape reads the same numbers in the same order. The order of the axes says which of them come first. Cut keeps a part of one axis: of tokens, the first is the class token.',
    }),
    shape: param.vector({
      default: [-1],
      minLength: 1,
      maxLength: 6,
      label: 'Shape',
      help: 'Of one example, without the batch; as many numbers as come. -1 stands for what remains.',
      when: { param: 'kind', is: ['reshape'] },
    }),
    order: param.vector({
      default: [1, 2, 0],
      minLength: 1,
      maxLength: 6,
      label: 'Order',
      help: 'Which axis comes first, second, ...: [1, 2, 0] puts channels last.',
      when: { param: 'kind', is: ['permute'] },
    }),
    axis: param.integer({
      default: 0,
      min: 0,
      max: 5,
      label: 'Axis',
      help: 'From 0; the batch does not count.',
      when: { param: 'kind', is: ['slice'] },
    }),
    begin: param.integer({
      default: 0,
      min: 0,
      max: 1_000_000,
      label: 'From',
      help: 'The first place that is kept.',
      when: { param: 'kind', is: ['slice'] },
    }),
    end: param.integer({
      default: 1,
      min: 1,
      max: 1_000_000,
      label: 'To',
      help: 'The place after the last that is kept.',
      when: { param: 'kind', is: ['slice'] },
    }),
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => (network ? grow.shape(network, layer(network, given), name) : {}),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(network, given), name, context),
  explain: {
    idea: 'Convolutions want channels, height and width; attention wants a list of rows. The numbers are the same, read in another way.',
    reference: 'torch.reshape, torch.permute, torch.narrow; the axis of the batch stays the first.',
    code: {
      by: 'kind',
      of: {
        reshape: 'x.reshape(len(x), *{shape})',
        permute: 'x.permute(0, *[axis + 1 for axis in {order}])',
        slice: 'x.narrow({axis} + 1, {begin}, {end} - {begin})',
      },
    },
  },
})
