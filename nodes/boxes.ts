/** Between boxes as values and boxes as plain arrays, which detectors and NMS work on. */
import type { Ops } from '../engine/types/ops.ts'
import type { BoxesValue, TensorValue } from '../engine/values/index.ts'
import type { Candidates } from './nms.ts'

export async function arraysOf({ boxes, scores, classes }: BoxesValue, ops: Ops): Promise<Candidates> {
  const [sides, weights, ids] = await Promise.all([boxes, scores, classes].map((part) => ops.read(part, {})))
  return { boxes: sides ?? [], scores: weights ?? [], classes: ids ?? [] }
}

/** The arrays as a value, over a picture of this size. */
export async function boxesFrom(
  { boxes, scores, classes }: Candidates,
  head: Pick<BoxesValue, 'width' | 'height' | 'names'>,
  ops: Ops,
): Promise<BoxesValue> {
  const count = scores.length
  const make = async (numbers: ArrayLike<number>, shape: readonly number[], dtype?: 'int32') =>
    (await ops.fromNumbers({
      shape: { kind: 'tensor', shape, axes: ['N', 'C'].slice(0, shape.length), ...(dtype && { dtype }) },
      numbers,
    })) as TensorValue
  return {
    kind: 'boxes',
    ...head,
    boxes: await make(boxes, [count, 4]),
    scores: await make(scores, [count]),
    classes: await make(classes, [count], 'int32'),
  }
}
