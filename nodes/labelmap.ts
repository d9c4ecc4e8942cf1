/** A label map from a picture of whole numbers. */
import type { Ops } from '../engine/types/ops.ts'
import type { ImageValue, LabelmapValue, TensorValue } from '../engine/values/index.ts'

/** @param numbers one channel; @param names of the numbers, from 0 */
export async function labelmapFrom(ops: Ops, numbers: ImageValue, names: readonly string[]): Promise<LabelmapValue> {
  const { width, height } = numbers
  const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
  const labels = (await ops.fromNumbers({ shape, numbers: await ops.read(numbers, {}) })) as TensorValue
  return { kind: 'labelmap', width, height, names, labels }
}
