/** Between lines as values and as plain arrays. */
import type { Ops } from '../engine/types/ops.ts'
import type { LinesValue, TensorValue } from '../engine/values/index.ts'

/** @param points x and y of all points, line after line. @param lengths how many points each line has */
export async function linesFrom(
  points: ArrayLike<number>,
  lengths: ArrayLike<number>,
  { width, height, closed }: Pick<LinesValue, 'width' | 'height' | 'closed'>,
  ops: Ops,
): Promise<LinesValue> {
  const places = { kind: 'tensor', shape: [points.length / 2, 2], axes: ['N', 'C'] } as const
  const counts = { kind: 'tensor', shape: [lengths.length], axes: ['N'], dtype: 'int32' } as const
  return {
    kind: 'lines',
    ...{ width, height, closed },
    points: (await ops.fromNumbers({ shape: places, numbers: points })) as TensorValue,
    lengths: (await ops.fromNumbers({ shape: counts, numbers: lengths })) as TensorValue,
  }
}
