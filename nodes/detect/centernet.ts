import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tfjs } from '../model/tfjs.ts'
import { normalise } from '../tensor/normalise.ts'
import { detectDecode } from './decode.ts'
import { detectNms } from './nms.ts'

/**
 * Finds objects with a CenterNet of one's own: of none that we know of is it clear who may use its weights, so none can be installed.
 * Image in; boxes (N, 4) in its pixels, with scores and COCO classes, best first, out. The network decodes its heat map of centres
 * itself.
 */
export const detectCenternet = defineComposite({
  type: 'detect/centernet',
  version: 1,
  title: 'CenterNet detector',
  alias: 'CenterNet',
  keywords: [
    'object detection',
    'detector',
    'CenterNet',
    'keypoint',
    'anchor-free',
    'COCO',
    'MobileNet',
    'TensorFlow.js',
  ],
  summary: 'Finds 80 kinds of things by their centres, without anchors, with a CenterNet network of yours.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    // It was trained on stretched pictures.
    resize: { of: letterbox, params: { width: 512, height: 512, stretch: true } },
    normalise: { of: normalise, params: { scale: '255', mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tfjs },
    decode: { of: detectDecode, params: { format: 'rows' } },
    nms: { of: detectNms },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.tower_0/images': 'normalise.tensor',
    'decode.image': 'resize.image',
    'decode.output': 'model.tower_0/detections',
    'nms.boxes': 'decode.boxes',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { boxes: 'nms.boxes' },
  params: {
    path: {
      to: ['model.path'],
      label: 'Network',
      help: 'A mobilenetv3_centernet as a TensorFlow.js model: its input is tower_0/images, 512 × 512 × 3 from 0 to 255, its output tower_0/detections.',
    },
    iou: { to: ['nms.iou'] },
    score: { to: ['decode.score', 'nms.score'], default: 0.3, help: 'Boxes below it are left out.' },
  },
  explain: {
    idea: 'Other detectors lay boxes over the picture beforehand and move them. This one asks at each place: is this the middle of a thing, and how large is it? Each thing then has one peak, and few boxes are left to suppress.',
    formula: String.raw`\hat{Y}_{xyc} = \text{peak of the heat map} \ge \param{score}{t}, \qquad B = (x, y) \pm \tfrac12\, \hat{S}_{xy}`,
    reference: 'Objects as Points (Zhou et al. 2019), with MobileNetV3 (Howard et al. 2019); COCO (Lin et al. 2014).',
    code: 'rows = model(np.float32(255 * cv2.resize(image, (512, 512)))[np.newaxis])[0]; keep = cv2.dnn.NMSBoxes(rows[:, :4], rows[:, 4], {score}, {iou})',
  },
})
