import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { resizeTo } from '../geometry/resize-to.ts'
import { onnx } from '../model/onnx.ts'
import { normalise } from '../tensor/normalise.ts'
import { toImage } from '../tensor/to-image.ts'

/**
 * Estimates how far away everything is with FastDepth, which `sightline models pull fastdepth --yes` installs. Image in; depth
 * (H, W, 1) in metres out, as large as the picture.
 */
export const fastdepth = defineComposite({
  type: 'depth/fastdepth',
  version: 1,
  title: 'FastDepth',
  alias: 'fast-depth MobileNetSkipAdd',
  keywords: ['depth', 'monocular', 'distance', 'metres', 'NYU', '3D', 'ONNX'],
  summary: 'Estimates from one picture how many metres away everything is, best indoors.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 224, height: 224, keep: false, method: 'area' } },
    normalise: { of: normalise, params: { scale: '1', mean: [0], std: [1], layout: 'NCHW' } },
    model: { of: onnx, params: { path: 'model:fastdepth/fastdepth_7.onnx' } },
    picture: { of: toImage },
    enlarge: { of: resizeTo },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.0': 'normalise.tensor',
    'picture.tensor': 'model.350',
    'enlarge.image': 'picture.image',
  },
  inputs: { image: ['rgb.image', 'enlarge.like'] },
  outputs: { depth: 'enlarge.image' },
  params: {
    method: { to: ['enlarge.method'], help: 'How the 224 × 224 numbers become as many as the picture has pixels.' },
  },
  explain: {
    idea: 'A network that has seen many rooms with their measured distances guesses them for a new picture: from perspective, from the size of known things, from what covers what. It is a guess; outdoors it is a poor one.',
    formula: String.raw`D = \mathrm{decoder}(\mathrm{MobileNet}(I)) \text{ in metres}`,
    reference: 'FastDepth (Wofk et al. 2019); NYU Depth v2 (Silberman et al. 2012).',
    code: "depth = onnxruntime.InferenceSession('fastdepth_7.onnx').run(None, {'0': np.transpose(cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA), (2, 0, 1))[np.newaxis]})[0][0, 0]; depth = cv2.resize(depth, image.shape[1::-1], interpolation={method})",
    words: {
      method: {
        nearest: 'cv2.INTER_NEAREST',
        bilinear: 'cv2.INTER_LINEAR',
        bicubic: 'cv2.INTER_CUBIC',
        area: 'cv2.INTER_AREA',
      },
    },
  },
})
