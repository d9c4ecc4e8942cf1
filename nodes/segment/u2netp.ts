import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { onnx } from '../model/onnx.ts'
import { normalise } from '../tensor/normalise.ts'
import { toMask } from './to-mask.ts'

/**
 * Finds what a picture is of with U²-Net-p, which `sightline models pull u2netp --yes` installs. Image in; mask (H, W), 0..1, out. The
 * authors divide by the largest value of the picture first; here white is 1, as in every picture that has some white.
 */
export const u2netp = defineComposite({
  type: 'segment/u2netp',
  version: 1,
  title: 'U²-Net-p',
  alias: 'rembg u2netp',
  keywords: ['salient object', 'background removal', 'foreground', 'cut out', 'matting', 'U-Net', 'mask', 'ONNX'],
  summary: 'Finds what the picture is of, and gives it as a mask.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 320, height: 320, keep: false, method: 'area' } },
    normalise: { of: normalise, params: { layout: 'NCHW' } },
    model: { of: onnx, params: { path: 'model:u2netp/u2netp.onnx' } },
    mask: { of: toMask },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.input.1': 'normalise.tensor',
    'mask.tensor': 'model.1959',
  },
  inputs: { image: ['rgb.image', 'mask.image'] },
  outputs: { mask: 'mask.mask' },
  params: { stretch: { to: ['mask.stretch'] } },
  explain: {
    idea: 'Small U-shaped networks inside a large one look at the picture at many sizes at once, and agree on what stands out from its background. Look inside to see each step.',
    formula: String.raw`m = \sigma(\mathrm{fuse}(S_1, \ldots, S_6))`,
    reference:
      'U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection (Qin et al. 2020), the small model.',
    code: "x = (cv2.resize(image, (320, 320), interpolation=cv2.INTER_AREA) - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]; d = onnxruntime.InferenceSession('u2netp.onnx').run(None, {'input.1': np.transpose(x, (2, 0, 1))[np.newaxis].astype(np.float32)})[0][0, 0]; mask = cv2.resize((d - d.min()) / (d.max() - d.min()), image.shape[1::-1])",
  },
})
