import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tflite } from '../model/tflite.ts'
import { normalise } from '../tensor/normalise.ts'
import { detectMediapipe } from './mediapipe.ts'

/**
 * Finds faces with BlazeFace (MediaPipe, short range), which `sightline models pull blazeface --yes` installs. Image in; boxes (N, 4)
 * in its pixels with scores, best first, and six points of each face (eyes, nose, mouth, ears) out.
 */
export const blazeface = defineComposite({
  type: 'detect/blazeface',
  version: 1,
  title: 'BlazeFace detector',
  alias: 'mediapipe.FaceDetector',
  keywords: ['face', 'faces', 'person', 'eyes', 'portrait', 'MediaPipe', 'landmarks', 'keypoints', 'bounding box'],
  summary: 'Finds faces up to two metres away, with six points each, with a small network that installs by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    letterbox: { of: letterbox, params: { width: 128, height: 128, fill: 0 } },
    normalise: { of: normalise, params: { scale: '255', mean: [127.5], std: [127.5], layout: 'NHWC' } },
    model: { of: tflite, params: { path: 'model:blazeface/model.tflite' } },
    decode: { of: detectMediapipe, params: { of: 'face' } },
  },
  wires: {
    'letterbox.image': 'rgb.image',
    'normalise.image': 'letterbox.image',
    'model.input': 'normalise.tensor',
    'decode.image': 'letterbox.image',
    'decode.numbers': 'model.regressors',
    'decode.scores': 'model.classificators',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { boxes: 'decode.boxes', points: 'decode.points' },
  params: {
    score: { to: ['decode.score'] },
    iou: { to: ['decode.iou'] },
  },
  explain: {
    idea: 'A network small enough for a phone looks at the picture in 128 × 128 and answers at 896 places whether a face is there. Look inside to see each step.',
    formula: String.raw`p = \sigma(s) \ge \param{score}{t}, \qquad \mathrm{IoU}(B_i, B_j) > \param{iou}{u} \Rightarrow \text{blended}`,
    reference: 'BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (Bazarevsky et al. 2019); MediaPipe.',
    code: "options = mp.tasks.vision.FaceDetectorOptions(mp.tasks.BaseOptions(model_asset_path='blaze_face_short_range.tflite'), min_detection_confidence={score}, min_suppression_threshold={iou}); faces = mp.tasks.vision.FaceDetector.create_from_options(options).detect(mp.Image(mp.ImageFormat.SRGB, np.uint8(255 * image)))",
  },
})
