import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resizeSide } from '../geometry/resize-side.ts'
import { onnx } from '../model/onnx.ts'
import { normalise } from '../tensor/normalise.ts'
import { toMask } from './to-mask.ts'

/**
 * Finds the people of a portrait with MODNet, which `sightline models pull modnet --yes` installs. Image in; mask (H, W), the
 * opacity of each pixel from 0 to 1, out: with soft edges where hair covers a pixel in part.
 */
export const modnet = defineComposite({
  type: 'segment/modnet',
  version: 1,
  title: 'MODNet portrait matting',
  alias: 'MODNet',
  keywords: ['matting', 'alpha', 'portrait', 'people', 'hair', 'background removal', 'cut out', 'green screen', 'ONNX'],
  summary: 'Separates people from their background, with soft edges at hair, as an opacity.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resizeSide, params: { side: 'shorter', length: 512, multiple: 32, method: 'area' } },
    normalise: { of: normalise, params: { mean: [0.5], std: [0.5], layout: 'NCHW' } },
    model: { of: onnx, params: { path: 'model:modnet/model.onnx' } },
    mask: { of: toMask, params: { stretch: false } },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.input': 'normalise.tensor',
    'mask.tensor': 'model.output',
  },
  inputs: { image: ['rgb.image', 'mask.image'] },
  outputs: { mask: 'mask.mask' },
  params: {
    length: {
      to: ['resize.length'],
      label: 'Shorter side',
      help: 'The network sees the picture at this size. It was trained with 512: more shows finer hair, and may lose the whole.',
    },
  },
  explain: {
    idea: 'A mask that is only 0 or 1 cuts hair like cardboard. Matting asks instead how much of each pixel belongs to the person. One branch of the network finds where people are, one the details at their edge, and a third joins both. Cut out with this mask, the person can stand before any other picture.',
    formula: String.raw`I = \alpha F + (1 - \alpha) B, \qquad \alpha = \mathrm{MODNet}(I)`,
    reference: 'MODNet: Real-Time Trimap-Free Portrait Matting via Objective Decomposition (Ke et al. 2022).',
    code: "h, w = image.shape[:2]; s = {length} / min(h, w); fit = lambda v: round(v * s / 32) * 32; x = (cv2.resize(image, (fit(w), fit(h)), interpolation=cv2.INTER_AREA) - 0.5) / 0.5; m = onnxruntime.InferenceSession('model.onnx').run(None, {'input': np.transpose(x, (2, 0, 1))[np.newaxis].astype(np.float32)})[0][0, 0]; mask = cv2.resize(m, (w, h))",
  },
})
