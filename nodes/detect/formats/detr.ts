import { coco91 } from '../../coco.ts'
import {
  type DecodeFormat,
  Gathered,
  largest,
  type NumbersIn,
  type Size,
  tensorAt,
  unbatched,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/**
 * DETR (Carion et al. 2020): logits (1, Q, C + 1) of Q queries, the last for "nothing", and boxes (1, Q, 4): x, y, width and height
 * from 0 to 1 of the picture. Score = the softmax of the best class that is not "nothing". It needs no suppression.
 * @see facebookresearch/detr, PostProcess
 */
export function decodeDetr(logits: NumbersIn, boxes: NumbersIn, size: Size, least: number): Candidates {
  const [count = 0, columns = 0] = unbatched(logits.shape, 3) ?? []
  if (columns < 2) throw wrong(logits.shape, 'scores 1 × queries × (classes + 1)')
  if (boxes.shape.join() !== `1,${count},4`) throw wrong(boxes.shape, `boxes 1 × ${count} × 4`)
  const found = new Gathered()
  for (let query = 0; query < count; query++) {
    const start = query * columns
    const top = largest(logits.numbers, start, columns).value
    let sum = 0
    for (let i = 0; i < columns; i++) sum += Math.exp((logits.numbers[start + i] ?? Number.NaN) - top)
    const { at, value } = largest(logits.numbers, start, columns - 1)
    const score = Math.exp(value - top) / sum
    if (!(score >= least)) continue
    const n = (i: number): number => boxes.numbers[4 * query + i] ?? Number.NaN
    found.add(n(0) * size.width, n(1) * size.height, n(2) * size.width, n(3) * size.height, score, at)
  }
  return found.candidates
}

export const detr: DecodeFormat = {
  title: 'DETR',
  inputs: { scores: 'Logits: 1 × queries × (classes + 1).', boxes: 'Boxes: 1 × queries × 4, from 0 to 1.' },
  coco: coco91,
  classes: ({ scores }) => (scores?.[2] ?? 0) - 1,
  decode: (tensors, size, least) => decodeDetr(tensorAt(tensors, 'scores'), tensorAt(tensors, 'boxes'), size, least),
  formula: String.raw`p = \max_{c \neq \varnothing} \frac{e^{l_c}}{\sum_k e^{l_k}}, \quad (x, y, w, h) = (W b_x,\ H b_y,\ W b_w,\ H b_h)`,
  code: 'p = np.exp(scores[0] - scores[0].max(axis=1, keepdims=True)); p = p[:, :-1] / p.sum(axis=1, keepdims=True); keep = p.max(axis=1) >= {score}; classes = p[keep].argmax(axis=1); x, y, w, h = boxes[0, keep].T',
}
