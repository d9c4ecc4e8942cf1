import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { tfjs } from '../model/tfjs.ts'
import { normalise } from '../tensor/normalise.ts'
import { toLabels } from './to-labels.ts'

/**
 * Gives each pixel its class with DeepLab v3, which `sightline models pull deeplab --yes` installs. Image in; label map (H, W) of the
 * 21 classes of Pascal VOC out.
 */
export const deeplab = defineComposite({
  type: 'segment/deeplab',
  version: 1,
  title: 'DeepLab v3',
  alias: 'torchvision deeplabv3',
  keywords: ['semantic segmentation', 'atrous', 'VOC', 'label map', 'person', 'DeepLab', 'TensorFlow.js'],
  summary: 'Says for every pixel what it belongs to: person, cat, car and 17 other classes, or background.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 513, height: 513, keep: true, method: 'area' } },
    normalise: { of: normalise, params: { scale: '255', whole: true, mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tfjs, params: { path: 'model:deeplab/model.json' } },
    labels: { of: toLabels, params: { format: 'numbers', names: 'voc' } },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.ImageTensor': 'normalise.tensor',
    'labels.tensor': 'model.SemanticPredictions',
  },
  inputs: { image: ['rgb.image', 'labels.image'] },
  outputs: { labels: 'labels.labels' },
  params: {
    size: {
      to: ['resize.width', 'resize.height'],
      label: 'Longer side',
      help: 'In pixels, of the picture that the network is shown. It was trained with 513; larger ones show finer edges and take longer.',
    },
  },
  explain: {
    idea: 'A classifier that keeps its maps large, with gaps in its kernels so that each still sees far, can answer for every pixel what it belongs to. Look inside to see each step.',
    formula: String.raw`L(y, x) = \arg\max_c s_c(y, x)`,
    reference: 'DeepLab v3 (Chen et al. 2017) with MobileNetV2 (Sandler et al. 2018); Pascal VOC 2012.',
    code: 's = {size} / max(image.shape[:2]); labels = model(np.round(255 * cv2.resize(image, None, fx=s, fy=s, interpolation=cv2.INTER_AREA)).astype(np.int32)[np.newaxis])[0]',
  },
})
