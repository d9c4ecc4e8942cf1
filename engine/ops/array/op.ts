/** A value from numbers that are already in memory: tables, small pictures, tests. */
import { GpuError } from '../../gpu/error.ts'
import { numbersFrom, viewOf } from '../../values/dtype.ts'
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { bytesOf, countOf, dtypeOf } from '../shape.ts'
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
 * An image or tensor of the given shape with the given numbers, stored as its dtype says (float32 where it says nothing).
 * @throws op.unsupported if the shape has more or fewer numbers
 */
export const fromNumbers = defineOp<readonly [], FromNumbersParams, ImageValue | TensorValue>({
  name: 'fromNumbers',
  nonFinite: 'Kept as they are, as numpy.array keeps them.',
  async cpu(context, _, { shape, numbers }) {
    const count = checked(shape, numbers)
    const out = shape.kind === 'image' ? context.image(shape) : context.tensor(shape)
    const bytes = context.uint8(context.address(out), bytesOf(shape))
    viewOf(dtypeOf(shape), bytes.buffer, bytes.byteOffset, count).set(numbers)
    return out
  },
  async gpu(context, _, { shape, numbers }) {
    const count = checked(shape, numbers)
    if (dtypeOf(shape) !== 'float32' || count === 0) throw new GpuError('limit', 'only float32 values lie on the GPU')
    const out = await (shape.kind === 'image' ? context.image(shape) : context.tensor(shape))
    await context.write(context.block(out), Float32Array.from(numbers))
    return out
  },
  reach: () => [],
  needs: () => [],
  terms({ y, x, c }, _, { shape, numbers }) {
    const index = shape.kind === 'image' ? (y * shape.width + x) * shape.channels + c : x
    const [value = Number.NaN] = numbersFrom(dtypeOf(shape), [numbers[index] ?? Number.NaN])
    return sumOf([{ weight: 1, value }])
  },
})
