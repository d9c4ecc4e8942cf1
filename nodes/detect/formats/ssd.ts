import { coco90 } from '../../coco.ts'
import { type DecodeFormat, Gathered, largest, type NumbersIn, type Size, tensorAt, wrong } from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/**
 * SSD as TensorFlow's object detection exports it without its own suppression: scores (1, A, C) and boxes (1, A, 1, 4) or
 * (1, A, 4), each y0, x0, y1, x1 from 0 to 1 of the picture; the score is that of the best class.
 * @see TensorFlow.js, coco-ssd
 */
export function decodeSsd(scores: NumbersIn, boxes: NumbersIn, size: Size, least: number): Candidates {
  const [one, count = 0, classes = 0] = scores.shape
  if (scores.shape.length !== 3 || one !== 1 || classes < 1) throw wrong(scores.shape, '1 × boxes × classes')
  const wanted = [`1 × ${count} × 4`, `1 × ${count} × 1 × 4`]
  if (!wanted.includes(boxes.shape.join(' × '))) throw wrong(boxes.shape, wanted.join(' or '))
  const found = new Gathered()
  for (let i = 0; i < count; i++) {
    const { at, value } = largest(scores.numbers, i * classes, classes)
    if (!(value >= least)) continue
    const [y0 = 0, x0 = 0, y1 = 0, x1 = 0] = [0, 1, 2, 3].map((k) => boxes.numbers[4 * i + k])
    const [left, top, right, bottom] = [x0 * size.width, y0 * size.height, x1 * size.width, y1 * size.height]
    found.add((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, value, at)
  }
  return found.candidates
}

export const ssd: DecodeFormat = {
  title: 'SSD (TensorFlow)',
  inputs: { scores: 'Scores: 1 × boxes × classes.', boxes: 'Boxes: 1 × boxes × 1 × 4, from 0 to 1.' },
  coco: coco90,
  classes: ({ scores }) => scores?.[2] ?? 0,
  decode: (tensors, size, least) => decodeSsd(tensorAt(tensors, 'scores'), tensorAt(tensors, 'boxes'), size, least),
  formula: String.raw`(y_0, x_0, y_1, x_1) \in [0, 1]^4, \quad p = \max_c p_c`,
  code: 'classes = scores[0].argmax(axis=1); keep = scores[0].max(axis=1) >= {score}; y0, x0, y1, x1 = boxes[0].reshape(-1, 4)[keep].T',
}
