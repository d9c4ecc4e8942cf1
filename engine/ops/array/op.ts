/** A value from numbers that are already in memory: tables, small pictures, tests. */
import { GpuError } from '../../gpu/error.ts'
import { pause } from '../../memory/breathe.ts'
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

/** Numbers that are copied at a time, a few ms: this is the thread of all previews. */
const SLICE = 1 << 21

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
    const [address, dtype] = [context.address(out), dtypeOf(shape)]
    const size = bytesOf(shape) / Math.max(1, count)
    const all = ArrayBuffer.isView(numbers) ? (numbers as Float32Array) : Float64Array.from(numbers)
    for (let from = 0; from < count; from += SLICE) {
      const slice = all.subarray(from, from + SLICE)
      const bytes = context.uint8(address + size * from, size * slice.length)
      viewOf(dtype, bytes.buffer, bytes.byteOffset, slice.length).set(slice)
      if (from + SLICE >= count) break
      await pause()
      context.signal.throwIfAborted()
    }
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
