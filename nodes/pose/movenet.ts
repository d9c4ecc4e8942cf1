import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tfjs } from '../model/tfjs.ts'
import { normalise } from '../tensor/normalise.ts'
import { cocoPoints } from './coco-points.ts'

/**
 * Finds a body with MoveNet Lightning, which `sightline models pull movenet --yes` installs. Image in; the 17 points of COCO in its
 * pixels with scores, and a table of them out.
 */
export const movenet = defineComposite({
  type: 'pose/movenet',
  version: 1,
  title: 'MoveNet',
  alias: 'poseDetection.SupportedModels.MoveNet',
  keywords: [
    'pose',
    'body',
    'person',
    'joints',
    'keypoints',
    'skeleton',
    'COCO',
    'fitness',
    'TensorFlow.js',
    'Lightning',
  ],
  summary: 'Finds 17 points of a body in one step, with a small network that installs by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    letterbox: { of: letterbox, params: { width: 192, height: 192, fill: 0 } },
    normalise: { of: normalise, params: { scale: '255', whole: true, mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tfjs, params: { path: 'model:movenet/movenet-lightning.json' } },
    decode: { of: cocoPoints },
  },
  wires: {
    'letterbox.image': 'rgb.image',
    'normalise.image': 'letterbox.image',
    'model.input': 'normalise.tensor',
    'decode.image': 'letterbox.image',
    'decode.output': 'model.Identity',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { points: 'decode.points', table: 'decode.table' },
  params: { score: { to: ['decode.score'] } },
  explain: {
    idea: 'The network looks at the whole picture at once: where is the middle of a person, and where from there are its joints? It answers for one person, the most central one. Look inside to see each step.',
    formula: String.raw`p_k = \arg\max_c\ h_k(c)\,w(c \mid \text{middle}) + o_k, \qquad s_k \ge \param{score}{t}`,
    reference: 'MoveNet (Google, 2021), singlepose/lightning/4 of TensorFlow Hub; CenterNet (Zhou et al. 2019).',
    code: "output = tf.saved_model.load('movenet_singlepose_lightning_4').signatures['serving_default'](tf.cast(tf.image.resize_with_pad(255 * image[np.newaxis], 192, 192), tf.int32))['output_0']; seen = output[0, 0, :, 2] >= {score}",
  },
})
