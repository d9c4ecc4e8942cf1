/** Whole numbers as float32, by kernels. */
import type { CpuDevice } from '../cpu.ts'
import type { CpuContext, StoredValue } from '../op.ts'
import { countOf, dtypeOf } from '../shape.ts'

/** Numbers in a row of a dispatch: of a size that suits the tiles. */
const WIDTH = 4096

/** Calls `run` for whole rows of `count` numbers, then for the rest. */
async function inRows(count: number, run: (from: number, length: number, rows: number) => Promise<void>) {
  const width = Math.min(count, WIDTH)
  const rows = width === 0 ? 0 : Math.floor(count / width)
  if (rows > 0) await run(0, width, rows)
  if (count > rows * width) await run(rows * width, count - rows * width, 1)
}

/** Writes `count` bytes, divided by `divisor`, as float32. */
export const floatsFrom = (
  device: Pick<CpuDevice, 'dispatch'>,
  from: number,
  to: number,
  count: number,
  divisor: 1 | 255,
): Promise<void> =>
  inRows(count, (at, length, rows) =>
    device.dispatch({ kernel: 'u8ToF32', args: [from + at, length, to + 4 * at, length, divisor], rows }),
  )

/** The same numbers as float32 in memory, for ops that take any dtype or `eightBit` values. */
export async function floats<V extends StoredValue>(context: CpuContext, given: V): Promise<V> {
  return (await converted(context, given)) as V
}

async function converted(context: CpuContext, value: StoredValue): Promise<StoredValue> {
  const dtype = dtypeOf(value)
  const { address, eightBit } = context.stored(value)
  if (dtype === 'float32' && !eightBit) return value
  const count = countOf(value)
  if (value.kind === 'image') {
    const out = context.image(value)
    await floatsFrom(context.device, address, context.address(out), count, 255)
    return out
  }
  const { dtype: _, ...shape } = value
  const out = context.tensor(shape)
  const to = context.address(out)
  if (dtype === 'int32')
    await inRows(count, (at, length, rows) =>
      context.device.dispatch({ kernel: 'i32ToF32', args: [address + 4 * at, to + 4 * at, length], rows }),
    )
  else await floatsFrom(context.device, address, to, count, eightBit ? 255 : 1)
  return out
}
