import { defineComposite } from '../../engine/graph/composite.ts'
import { tfjs } from '../model/tfjs.ts'
import { normalise } from '../tensor/normalise.ts'
import { detectDecode } from './decode.ts'
import { detectNms } from './nms.ts'

/**
 * Finds objects with SSD MobileNet v2, which `sightline models pull ssd-mobilenet --yes` installs. Image in; boxes (N, 4) in its
 * pixels out, with scores and COCO classes, best first. The network takes a picture of any size and scales it itself.
 */
export const ssdMobilenet = defineComposite({
  type: 'detect/ssd-mobilenet',
  version: 1,
  title: 'SSD MobileNet detector',
  alias: 'cocoSsd.detect',
  keywords: ['object detection', 'detector', 'SSD', 'MobileNet', 'COCO', 'people', 'bounding box', 'TensorFlow.js'],
  summary: 'Finds people, cars and 78 other kinds of things, with an SSD network that installs by a command.',
  nodes: {
    normalise: { of: normalise, params: { scale: '255', whole: true, mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tfjs, params: { path: 'model:ssd-mobilenet/model.json' } },
    decode: { of: detectDecode, params: { format: 'ssd' } },
    nms: { of: detectNms },
  },
  wires: {
    'model.image_tensor': 'normalise.tensor',
    'decode.scores': 'model.Postprocessor/Slice',
    'decode.boxes': 'model.Postprocessor/ExpandDims_1',
    'nms.boxes': 'decode.boxes',
  },
  inputs: { image: ['normalise.image', 'decode.image'] },
  outputs: { boxes: 'nms.boxes' },
  params: {
    iou: { to: ['nms.iou'] },
    score: { to: ['decode.score', 'nms.score'], default: 0.5, help: 'Boxes below it are left out.' },
  },
  explain: {
    idea: 'The network has boxes of many sizes laid over the picture beforehand. For each it answers how to move it onto a thing and which kind of thing it is; of boxes over each other the best stays. Look inside to see each step.',
    formula: String.raw`p = \max_c p_c \ge \param{score}{t}, \qquad \mathrm{IoU}(B_i, B_j) \le \param{iou}{u}`,
    reference:
      'SSD (Liu et al. 2016), MobileNetV2 (Sandler et al. 2018), as in TensorFlow.js coco-ssd; COCO (Lin et al. 2014).',
    code: 'scores, boxes = model(np.round(255 * image).astype(np.int32)[np.newaxis]); keep = cv2.dnn.NMSBoxes(boxes, scores.max(axis=-1), {score}, {iou})',
  },
})
