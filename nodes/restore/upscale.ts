import { defineComposite } from '../../engine/graph/composite.ts'
import { param } from '../../engine/types/param.ts'
import { convert } from '../colour/convert.ts'
import { tiledModel } from '../model/tiled.ts'

const presetOf = (factor: 2 | 4) => ({
  'tiles.path': `model:esrgan-slim-x${factor}/model.json`,
  'tiles.factor': factor,
})

/**
 * Enlarges a picture with ESRGAN slim, which `sightline models pull esrgan-slim-x2 --yes` installs (and -x4). Image (H, W, C) in;
 * RGB image, two or four times as wide and as high, out.
 */
export const upscale = defineComposite({
  type: 'restore/upscale',
  version: 1,
  title: 'Super-resolution',
  alias: 'cv2.dnn_superres.DnnSuperResImpl.upsample',
  keywords: ['super-resolution', 'enlarge', 'upscale', 'upsample', 'sharper', 'ESRGAN', 'RDN', 'SRGAN', 'zoom'],
  summary: 'Enlarges a picture and draws the detail that might be there, sharper than interpolation.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    tiles: { of: tiledModel, params: { path: 'model:esrgan-slim-x2/model.json' } },
  },
  wires: { 'tiles.image': 'rgb.image' },
  inputs: { image: ['rgb.image'] },
  outputs: { image: 'tiles.image' },
  choices: {
    factor: {
      spec: param.choice({
        default: '2',
        of: ['2', '4'],
        names: { '2': 'Twice', '4': 'Four times' },
        label: 'Enlarge',
        help: 'How many times as wide and as high the picture becomes. Each has a network of its own.',
      }),
      sets: { '2': presetOf(2), '4': presetOf(4) },
    },
  },
  params: { tile: { to: ['tiles.tile'] } },
  explain: {
    idea: 'Interpolation can only mix the pixels that are there, so edges become soft. A network that has seen many pictures, small and large, knows what edges and textures look like up close, and draws them. What it adds is likely, not true: it must not be taken for evidence.',
    formula: String.raw`\hat{I} = f_\theta(I_\downarrow), \qquad \theta = \arg\min_\theta\ \lVert f_\theta(I_\downarrow) - I \rVert + \lambda\,\mathcal{L}_{\text{adv}}`,
    reference:
      'ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks (Wang et al. 2018); Residual Dense Network (Zhang et al. 2018); UpscalerJS, esrgan-slim.',
    code: 'image = np.clip(model(255 * image, {factor}) / 255, 0, 1)',
    words: { factor: { '2': '2', '4': '4' } },
  },
})
