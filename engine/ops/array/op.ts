/** A value from numbers that are already in memory: tables, small pictures, tests. */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { countOf } from '../shape.ts'
import { sumOf } from '../terms.ts'

export interface FromNumbersParams {
  readonly shape: ImageShape | TensorShape
  /** Row-major, channels last; as many as the shape has. */
  readonly numbers: ArrayLike<number>
}

function checked(shape: ImageShape | TensorShape, { length }: ArrayLike<number>): number {
  const count = countOf(shape)
  if (length !== count) throw unsupported('This shape', `${length} numbers`, `${count}`)
  return count
}

/**
 * An image or tensor of the given shape with the given numbers as float32.
 * @throws op.unsupported where there are more or fewer numbers than the shape has
 */
export const fromNumbers = defineOp<readonly [], FromNumbersParams, ImageValue | TensorValue>({
  name: 'fromNumbers',
  async cpu(context, _, { shape, numbers }) {
    const count = checked(shape, numbers)
    const out = shape.kind === 'image' ? context.image(shape) : context.tensor(shape)
    context.float32(context.address(out), count).set(numbers)
    return out
  },
  async gpu(context, _, { shape, numbers }) {
    checked(shape, numbers)
    const out = await (shape.kind === 'image' ? context.image(shape) : context.tensor(shape))
    await context.write(context.block(out), Float32Array.from(numbers))
    return out
  },
  reach: () => [],
  terms({ y, x, c }, _, { shape, numbers }) {
    const index = shape.kind === 'image' ? (y * shape.width + x) * shape.channels + c : x
    return sumOf([{ weight: 1, value: Math.fround(numbers[index] ?? Number.NaN) }])
  },
})
