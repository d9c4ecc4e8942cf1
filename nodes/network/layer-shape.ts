import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { checkLengths, grow, type NewLayer, nameParam } from '../layers.ts'

const kinds = ['reshape', 'permute'] as const

interface Given {
  readonly kind: (typeof kinds)[number]
  readonly shape: readonly number[]
  readonly order: readonly number[]
}

/** The shape with what remains in place of -1. */
function filled(shape: readonly number[], numbers: number): readonly number[] {
  const at = shape.indexOf(-1)
  if (at < 0) return shape
  const rest = numbers / shape.reduce((all, length, i) => (i === at ? all : all * length), 1)
  return shape.map((length, i) => (i === at ? Math.max(1, Math.floor(rest)) : length))
}

/** Throws `param.invalid`. */
function layer({ layers }: NetworkShape, { kind, shape, order }: Given): NewLayer {
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

/** Adds a layer that gives its numbers another shape, or another order of axes. Network in; the longer network out. */
export const layerShape = defineNode({
  type: 'network/layer-shape',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Reshape layer',
  alias: 'torch.reshape',
  keywords: ['permute', 'transpose', 'view', 'axes', 'Unflatten', 'rearrange', 'build'],
  summary: 'Adds a layer that changes the shape, or the order of the axes, and no number.',
  inputs: { network: socket.network() },
  params: {
    kind: param.choice({
      default: 'reshape',
      of: kinds,
      names: { reshape: 'Reshape', permute: 'Order of the axes' },
      label: 'Kind',
      help: 'Reshape reads the same numbers in the same order. The order of the axes says which of them come first.',
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
    name: nameParam,
  },
  outputs: { network: socket.network() },
  shape: ({ network, name, ...given }) => (network ? grow.shape(network, layer(network, given), name) : {}),
  run: ({ network, name, ...given }, context) => grow.run(network, layer(network, given), name, context),
  explain: {
    idea: 'Convolutions want channels, height and width; attention wants a list of rows. The numbers are the same, read in another way.',
    reference: 'torch.reshape, torch.permute; the axis of the batch stays the first.',
    code: {
      by: 'kind',
      of: { reshape: 'x.reshape(len(x), *{shape})', permute: 'x.permute(0, *[axis + 1 for axis in {order}])' },
    },
  },
})
