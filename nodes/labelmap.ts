/** Label maps from numbers. */
import { expr, greater } from '../engine/ops/expr.ts'
import type { Ops } from '../engine/types/ops.ts'
import type { ImageValue, LabelmapValue, MaskValue, TensorValue } from '../engine/values/index.ts'

/** @param numbers one channel; @param names of the numbers, from 0 */
export async function labelmapFrom(ops: Ops, numbers: ImageValue, names: readonly string[]): Promise<LabelmapValue> {
  const { width, height } = numbers
  const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
  const labels = (await ops.fromNumbers({ shape, numbers: await ops.read(numbers, {}) })) as TensorValue
  return { kind: 'labelmap', width, height, names, labels }
}

/** The numbers of objects, 0 for none, as a label map and as a mask of all of them. @param names of the objects, from 1 */
export async function objectsFrom(
  ops: Ops,
  numbers: Int32Array,
  { width, height }: { readonly width: number; readonly height: number },
  names: readonly string[],
): Promise<{ readonly objects: LabelmapValue; readonly mask: MaskValue }> {
  const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'] } as const
  const labels = (await ops.fromNumbers({ shape: { ...shape, dtype: 'int32' }, numbers })) as TensorValue
  const picture = await ops.toImage(await ops.toFloat(labels, {}), { space: 'data' })
  const { store } = await ops.pointwise(picture, { formula: expr((label) => greater(label, 0)) })
  return {
    objects: { kind: 'labelmap', width, height, names: ['background', ...names], labels },
    mask: { kind: 'mask', width, height, pixels: { ...shape, store } },
  }
}
