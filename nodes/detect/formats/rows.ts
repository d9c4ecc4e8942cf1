import { coco80 } from '../../coco.ts'
import { type DecodeFormat, Gathered, type NumbersIn, tensorAt, unbatched, wrong } from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/**
 * Boxes that the network has decoded itself: (1, N, 6), left, top, right and bottom in pixels of the picture that it was shown, score
 * and class. So do networks that were exported with their last steps, among them a CenterNet for TensorFlow.
 */
export function decodeRows({ shape, numbers }: NumbersIn, least: number): Candidates {
  const [count = 0, columns = 0] = unbatched(shape, 3) ?? []
  if (columns !== 6) throw wrong(shape, 'one output of 1 × boxes × 6')
  const found = new Gathered()
  for (let row = 0; row < count; row++) {
    const at = (column: number): number => numbers[6 * row + column] ?? Number.NaN
    if (at(4) >= least) found.addSides(at(0), at(1), at(2), at(3), at(4), at(5))
  }
  return found.candidates
}

export const rows: DecodeFormat = {
  title: 'Boxes, decoded already',
  inputs: { output: 'Left, top, right, bottom in pixels, score and class: 1 × boxes × 6.' },
  coco: coco80,
  classes: () => coco80.length,
  decode: (tensors, _, least) => decodeRows(tensorAt(tensors, 'output'), least),
  formula: String.raw`(x_0, y_0, x_1, y_1, p, c) = T_i, \qquad p \ge \param{score}{t}`,
  code: 'rows = output[0][output[0, :, 4] >= {score}]; boxes, p, classes = rows[:, :4], rows[:, 4], rows[:, 5].astype(int)',
}
