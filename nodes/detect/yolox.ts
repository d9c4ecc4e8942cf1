import { defineComposite } from '../../engine/graph/composite.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { onnx } from '../model/onnx.ts'
import { normalise } from '../tensor/normalise.ts'
import { detectDecode } from './decode.ts'
import { detectNms } from './nms.ts'

/** Finds objects with a YOLOX network. Image in; boxes (N, 4) in its pixels out, with scores and COCO classes, best first. */
export const yolox = defineComposite({
  type: 'detect/yolox',
  version: 1,
  title: 'YOLOX detector',
  alias: 'yolox.tools.demo',
  keywords: ['object detection', 'detector', 'YOLO', 'COCO', 'people', 'bounding box', 'ONNX'],
  summary: 'Finds people, cars and 78 other kinds of things, with a YOLOX network of yours.',
  nodes: {
    letterbox: { of: letterbox, params: { anchor: 'corner' } },
    normalise: { of: normalise, params: { order: 'BGR', scale: '255', mean: [0], std: [1], layout: 'NCHW' } },
    model: { of: onnx },
    decode: { of: detectDecode, params: { format: 'yolox' } },
    nms: { of: detectNms },
  },
  wires: {
    'normalise.image': 'letterbox.image',
    'model.images': 'normalise.tensor',
    'decode.image': 'letterbox.image',
    'decode.output': 'model.output',
    'nms.boxes': 'decode.boxes',
  },
  inputs: { image: ['letterbox.image'] },
  outputs: { boxes: 'nms.boxes' },
  params: {
    path: {
      to: ['model.path'],
      label: 'Network',
      help: 'A YOLOX network in the ONNX format, as its authors publish it: yolox_nano.onnx, yolox_tiny.onnx, yolox_s.onnx.',
    },
    iou: { to: ['nms.iou'] },
    score: { to: ['decode.score', 'nms.score'], default: 0.3, help: 'Boxes below it are left out.' },
    size: {
      to: ['letterbox.width', 'letterbox.height'],
      label: 'Size',
      help: 'Side of the square that the network takes: 416 for nano and tiny, 640 for s, m, l and x.',
    },
  },
  explain: {
    idea: 'The picture is fitted into a square, the network answers at every cell of three grids, the answers become boxes, and of boxes over each other the best stays. Look inside to see each step.',
    formula: String.raw`p = p_{obj}\,p_{class} \ge \param{score}{t}, \qquad \mathrm{IoU}(B_i, B_j) \le \param{iou}{u}`,
    reference: 'YOLOX: Exceeding YOLO Series in 2021 (Ge et al.), tools/demo; COCO (Lin et al. 2014).',
    code: "output = onnxruntime.InferenceSession({path}).run(None, {'images': yolox.data.data_augment.preproc(255 * image[..., ::-1], ({size}, {size}))[0][np.newaxis]})[0]; p = yolox.utils.demo_postprocess(output, ({size}, {size}))[0]; boxes = yolox.utils.multiclass_nms(np.c_[p[:, :2] - p[:, 2:4] / 2, p[:, :2] + p[:, 2:4] / 2], p[:, 4:5] * p[:, 5:], nms_thr={iou}, score_thr={score})",
  },
})
