import { coco91 } from '../../coco.ts'
import { type DecodeFormat, type NumbersIn, type Size, sigmoid, tensorAt, wrong } from '../../decode.ts'
import type { Candidates } from '../../nms.ts'
import { decodePyramid, logitOf } from './pyramid.ts'

const pyramid = { sizes: [[8], [16], [32], [64], [128]], ratios: [1] }

/**
 * FCOS (Tian et al. 2019) as torchvision has it, all levels one after the other: logits (1, A, C), distances from each place to the
 * left, top, right and bottom of the box (1, A, 4), in strides, and centreness (1, A, 1). Score = √(sigmoid of the logit · sigmoid of
 * the centreness); boxes are clipped to the picture.
 * @see torchvision.models.detection.fcos, BoxLinearCoder.decode_single
 */
export function decodeFcos(
  logits: NumbersIn,
  distances: NumbersIn,
  centreness: NumbersIn,
  size: Size,
  least: number,
): Candidates {
  const count = logits.shape[1] ?? 0
  if (![`1,${count},1`, `1,${count}`].includes(centreness.shape.join()))
    throw wrong(centreness.shape, `centreness 1 × ${count} × 1`)
  const n = (i: number): number => distances.numbers[i] ?? Number.NaN
  return decodePyramid(pyramid, logits, distances, size, {
    least,
    // Centreness only lowers a score: p ≤ √sigmoid(logit).
    logit: logitOf(least * least),
    scoreOf: (number, anchor) => Math.sqrt(sigmoid(number) * sigmoid(centreness.numbers[anchor] ?? Number.NaN)),
    box([x0, y0, x1, y1], at) {
      const [x, y, w, h] = [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0]
      return [x - n(at) * w, y - n(at + 1) * h, x + n(at + 2) * w, y + n(at + 3) * h]
    },
  })
}

export const fcos: DecodeFormat = {
  title: 'FCOS',
  inputs: {
    scores: 'Logits: 1 × places × classes.',
    boxes: 'Distances to the four sides: 1 × places × 4.',
    centreness: 'Centreness: 1 × places × 1.',
  },
  coco: coco91,
  classes: ({ scores }) => scores?.[2] ?? 0,
  decode: (tensors, size, least) =>
    decodeFcos(tensorAt(tensors, 'scores'), tensorAt(tensors, 'boxes'), tensorAt(tensors, 'centreness'), size, least),
  formula: String.raw`(x_0, y_0, x_1, y_1) = (x - l s,\ y - t s,\ x + r s,\ y + b s), \quad p_c = \sqrt{\sigma(l_c)\,\sigma(q)}`,
  code: 'p = torch.sqrt(torch.sigmoid(torch.tensor(scores[0])) * torch.sigmoid(torch.tensor(centreness[0]))); keep, classes = torch.where(p >= {score}); found = torchvision.models.detection._utils.BoxLinearCoder().decode(torch.tensor(boxes[0])[keep], torch.tensor(anchors)[keep])',
}
