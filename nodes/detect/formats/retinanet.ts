import { coco91 } from '../../coco.ts'
import { type DecodeFormat, type NumbersIn, type Size, sigmoid, tensorAt } from '../../decode.ts'
import type { Candidates } from '../../nms.ts'
import { decodePyramid, logitOf, movedAnchor } from './pyramid.ts'

/** Three sizes a level, a third of an octave apart, as whole pixels. */
const sizes = [32, 64, 128, 256, 512].map((size) => [0, 1, 2].map((third) => Math.floor(size * 2 ** (third / 3))))
const pyramid = { sizes, ratios: [0.5, 1, 2] }

/**
 * RetinaNet (Lin et al. 2017) as torchvision has it, all levels one after the other: logits (1, A, C) and moves (1, A, 4), with
 * A = 9 anchors a cell. Centre = anchor's centre + (dx, dy) · its size, size = its size · exp(dw, dh), clipped to the picture;
 * score = sigmoid of the logit. Several classes of one anchor may be boxes.
 * @see torchvision.models.detection.retinanet, BoxCoder.decode_single
 */
export function decodeRetinaNet(logits: NumbersIn, moves: NumbersIn, size: Size, least: number): Candidates {
  return decodePyramid(pyramid, logits, moves, size, {
    least,
    logit: logitOf(least),
    scoreOf: sigmoid,
    box: movedAnchor(moves),
  })
}

export const retinanet: DecodeFormat = {
  title: 'RetinaNet',
  inputs: { scores: 'Logits: 1 × anchors × classes.', boxes: 'Moves of the anchors: 1 × anchors × 4.' },
  coco: coco91,
  classes: ({ scores }) => scores?.[2] ?? 0,
  decode: (tensors, size, least) =>
    decodeRetinaNet(tensorAt(tensors, 'scores'), tensorAt(tensors, 'boxes'), size, least),
  formula: String.raw`(x, y) = (x_a + t_x w_a,\ y_a + t_y h_a), \quad (w, h) = (w_a e^{t_w},\ h_a e^{t_h}), \quad p_c = \sigma(l_c)`,
  code: 'p = torch.sigmoid(torch.tensor(scores[0])); keep, classes = torch.where(p >= {score}); found = torchvision.models.detection._utils.BoxCoder((1.0, 1.0, 1.0, 1.0)).decode_single(torch.tensor(boxes[0])[keep], torch.tensor(anchors)[keep])',
}
