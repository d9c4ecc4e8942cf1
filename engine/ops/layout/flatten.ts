/** Neighbouring axes as one. */
import { describeShape, type TensorShape, type TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { pixel, sumOf, termAt } from '../terms.ts'

export interface FlattenParams {
  /** The first and the last axis that become one, both from 0 on; negative ones count from the end. */
  readonly start: number
  readonly end: number
}

/**
 * The shape with the axes from `start` to `end` as one. It is called C, or L where another axis has that name.
 * @throws op.unsupported where there are no such axes
 */
export function flattenedShape(tensor: TensorShape, { start, end }: FlattenParams): TensorShape {
  const { shape, axes, dtype } = tensor
  const [from, to] = [start, end].map((axis) => (axis < 0 ? axis + shape.length : axis))
  if (from === undefined || to === undefined || from < 0 || to >= shape.length || from > to)
    throw unsupported(
      'Flatten',
      `axes ${start} to ${end} of ${describeShape(tensor)}`,
      shape.length === 0 ? 'a tensor with axes' : `axes from 0 to ${shape.length - 1}, the first not after the last`,
    )
  if (from === to) return { kind: 'tensor', shape, axes, ...(dtype && { dtype }) }
  const kept = [axes.slice(0, from), axes.slice(to + 1)] as const
  return {
    kind: 'tensor',
    shape: [...shape.slice(0, from), shape.slice(from, to + 1).reduce((a, b) => a * b, 1), ...shape.slice(to + 1)],
    axes: [...kept[0], kept.flat().includes('C') ? 'L' : 'C', ...kept[1]],
    ...(dtype && { dtype }),
  }
}

/**
 * The same numbers in the same order, with the axes from `start` to `end` as one.
 *
 * Tensor of any shape and dtype in; tensor with fewer axes out, which shares its memory.
 * @throws op.unsupported where there are no such axes
 * @see torch.flatten
 */
export const flatten = defineOp<readonly [TensorValue], FlattenParams, TensorValue>({
  name: 'flatten',
  nonFinite: 'Kept as they are, as by torch.flatten.',
  dtypes: ['float32', 'uint8', 'int32'],
  cpu: async (_, [tensor], params) => ({ ...flattenedShape(tensor, params), store: tensor.store }),
  gpu: async (_, [tensor], params) => ({ ...flattenedShape(tensor, params), store: tensor.store }),
  reach: (at) => [pixel(0, at.x, 0)],
  terms: (at, inputs) => sumOf([termAt(inputs, pixel(0, at.x, 0))]),
})
