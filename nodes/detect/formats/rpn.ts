import { type DecodeFormat, sigmoid, tensorAt } from '../../decode.ts'
import { decodePyramid, logitOf, movedAnchor, type Pyramid } from './pyramid.ts'

/** One size a level, on grids of 4 to 64 pixels. */
const pyramid: Pyramid = { finest: 4, sizes: [[32], [64], [128], [256], [512]], ratios: [0.5, 1, 2] }
const levels = ['stride 4', 'stride 8', 'stride 16', 'stride 32', 'stride 64']

/**
 * The region proposal network of Faster R-CNN (Ren et al. 2015) as torchvision has it over a feature pyramid, all levels one after the
 * other: how sure it is of each anchor as a logit (1, A, 1), and moves (1, A, 4), with A = 3 anchors a cell. The 1000 best of each level,
 * clipped to the picture; the class is the level.
 * @see torchvision.models.detection.rpn, RegionProposalNetwork.filter_proposals; BoxCoder.decode_single
 */
export const rpn: DecodeFormat = {
  title: 'RPN (Faster R-CNN)',
  inputs: { scores: 'Logits: 1 × anchors × 1.', boxes: 'Moves of the anchors: 1 × anchors × 4.' },
  coco: levels,
  classes: () => levels.length,
  decode: (tensors, size, least) => {
    const moves = tensorAt(tensors, 'boxes')
    const how = { least, logit: logitOf(least), scoreOf: sigmoid, box: movedAnchor(moves), byLevel: true, only: 1 }
    return decodePyramid(pyramid, tensorAt(tensors, 'scores'), moves, size, how)
  },
  formula: String.raw`(x, y) = (x_a + t_x w_a,\ y_a + t_y h_a), \quad (w, h) = (w_a e^{t_w},\ h_a e^{t_h}), \quad p = \sigma(l)`,
  code: 'p = torch.sigmoid(torch.tensor(scores[0, :, 0])); keep = p >= {score}; found = torchvision.models.detection._utils.BoxCoder((1.0, 1.0, 1.0, 1.0)).decode_single(torch.tensor(boxes[0])[keep], torch.tensor(anchors)[keep])',
}
