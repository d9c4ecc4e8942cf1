import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { onnx } from '../model/onnx.ts'
import { denormalise } from '../tensor/denormalise.ts'
import { normalise } from '../tensor/normalise.ts'
import { holeMask } from './hole-mask.ts'

/**
 * Fills what a mask marks with what might be behind it, with MI-GAN, which `sightline models pull migan --yes` installs. Image of any
 * size and a mask in, 1 where something is to be replaced; RGB image (H, W, 3) out.
 */
export const inpaint = defineComposite({
  type: 'restore/inpaint',
  version: 1,
  title: 'MI-GAN inpainting',
  alias: 'cv2.inpaint',
  keywords: [
    'inpainting',
    'remove object',
    'erase',
    'heal',
    'fill',
    'content-aware',
    'retouch',
    'MI-GAN',
    'GAN',
    'ONNX',
  ],
  summary: 'Removes what a mask marks, and fills the hole with what might be behind it.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    normalise: { of: normalise, params: { scale: '255', whole: true, mean: [0], std: [1], layout: 'NCHW' } },
    holes: { of: holeMask },
    model: { of: onnx, params: { path: 'model:migan/migan_pipeline_v2.onnx' } },
    picture: { of: denormalise, params: { scale: '255', mean: [0], std: [1] } },
  },
  wires: {
    'normalise.image': 'rgb.image',
    'model.image': 'normalise.tensor',
    'model.mask': 'holes.tensor',
    'picture.tensor': 'model.result',
  },
  inputs: { image: ['rgb.image', 'holes.image'], mask: ['holes.mask'] },
  outputs: { image: 'picture.image' },
  params: { grow: { to: ['holes.grow'] }, threshold: { to: ['holes.threshold'] } },
  explain: {
    idea: 'A network has seen millions of photographs with holes, and learned to fill them so that a second network could not tell. It looks at a square around the holes, of 512 pixels, and only the holes change.',
    formula: String.raw`I' = (1 - H) \odot I + H \odot G(I, H)`,
    reference:
      'MI-GAN: A Simple Baseline for Image Inpainting on Mobile Devices (Sargsyan et al. 2023), trained on Places2.',
    code: "holes = cv2.dilate(np.uint8(mask > {threshold}), np.ones((2 * {grow} + 1, 2 * {grow} + 1), np.uint8)); image = onnxruntime.InferenceSession('migan_pipeline_v2.onnx').run(None, {'image': np.transpose(np.uint8(np.round(255 * image)), (2, 0, 1))[np.newaxis], 'mask': np.uint8(255 * (1 - holes))[np.newaxis, np.newaxis]})[0][0] / 255",
  },
})
