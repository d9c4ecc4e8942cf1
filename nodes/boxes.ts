/** Between boxes as values and boxes as plain arrays, which detectors and NMS work on. */
import type { Ops } from '../engine/types/ops.ts'
import type { BoxesValue, TensorValue } from '../engine/values/index.ts'
import type { Candidates } from './nms.ts'

export async function arraysOf({ boxes, scores, classes }: BoxesValue, ops: Ops): Promise<Candidates> {
  const [sides, weights, ids] = await Promise.all([boxes, scores, classes].map((part) => ops.read(part, {})))
  return { boxes: sides ?? [], scores: weights ?? [], classes: ids ?? [] }
}

/** Some of the boxes, in this order. */
export const picked = ({ boxes, scores, classes }: Candidates, order: readonly number[]): Candidates => ({
  boxes: order.flatMap((index) => [0, 1, 2, 3].map((side) => boxes[4 * index + side] ?? Number.NaN)),
  scores: order.map((index) => scores[index] ?? Number.NaN),
  classes: order.map((index) => classes[index] ?? 0),
})

/** The arrays as a value, over a picture of this size. */
export async function boxesFrom(
  { boxes, scores, classes }: Candidates,
  { width, height, names }: Pick<BoxesValue, 'width' | 'height' | 'names'>,
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
    ...{ width, height, names },
    boxes: await make(boxes, [count, 4]),
    scores: await make(scores, [count]),
    classes: await make(classes, [count], 'int32'),
  }
}

/** The upright box around a box whose corners go elsewhere. */
export function around(
  to: (x: number, y: number) => readonly [number, number],
  [x0 = 0, y0 = 0, x1 = 0, y1 = 0]: ArrayLike<number> & Iterable<number>,
): readonly [x0: number, y0: number, x1: number, y1: number] {
  const corners = [to(x0, y0), to(x1, y0), to(x1, y1), to(x0, y1)]
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
