import { defineComposite } from '../../engine/graph/composite.ts'
import { socket } from '../../engine/values/sockets.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { tfjs } from '../model/tfjs.ts'
import { modelWeights } from '../model/weights.ts'
import { normalise } from '../tensor/normalise.ts'
import { activationMap } from './activation-map.ts'
import { classifyLabels } from './labels.ts'

const path = 'model:resnet50/model.json'
/** The results of the four stages, by how many pixels of the 224 one of theirs stands for. */
const stages = { 4: 'activation_9', 8: 'activation_21', 16: 'activation_39', 32: 'activation_48' } as const
const features = (stride: keyof typeof stages, size: string) => ({
  from: `model.${stages[stride]}`,
  socket: socket.tensor({ axes: ['NHWC'], help: `What stage ${Math.log2(stride)} gives: ${size}.` }),
})

/**
 * Says what a picture shows with ResNet-50, which `sightline models pull resnet50 --yes` installs. Image in; labels of ImageNet, best
 * first, and features (1, h, w, C) of the four stages out. The picture is stretched to 224 × 224 by area averages: Keras' own loader
 * takes single pixels (nearest) where nobody asks for another method, which costs some certainty.
 */
export const resnet50 = defineComposite({
  type: 'classify/resnet50',
  version: 1,
  title: 'ResNet-50 classifier',
  alias: 'keras.applications.ResNet50',
  keywords: [
    'classification',
    'classifier',
    'ImageNet',
    'backbone',
    'ResNet',
    'CNN',
    'top-5',
    'features',
    'CAM',
    'residual',
  ],
  summary: 'Says what a picture shows, as one of 1,000 classes, with a network that installs by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 224, height: 224, keep: false, method: 'area' } },
    normalise: {
      of: normalise,
      params: { order: 'BGR', scale: '255', mean: [103.939, 116.779, 123.68], std: [1], layout: 'NHWC' },
    },
    model: { of: tfjs, params: { path, taps: Object.values(stages).join(', ') } },
    labels: { of: classifyLabels, params: { file: 'model:resnet50/labels.json' } },
    dense: { of: modelWeights, params: { path, name: 'fc1000/kernel' } },
    map: { of: activationMap },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.input_1': 'normalise.tensor',
    'labels.scores': 'model.fc1000',
    'map.features': `model.${stages[32]}`,
    'map.weights': 'dense.weights',
    'map.scores': 'model.fc1000',
  },
  inputs: { image: ['rgb.image', 'map.image'] },
  outputs: {
    labels: 'labels.labels',
    map: 'map.map',
    stride4: features(4, '56 × 56 × 256'),
    stride8: features(8, '28 × 28 × 512'),
    stride16: features(16, '14 × 14 × 1024'),
    stride32: features(32, '7 × 7 × 2048'),
  },
  params: {
    top: { to: ['labels.top'] },
    rank: { to: ['map.rank'] },
  },
  explain: {
    idea: 'Fifty layers of convolutions turn the picture into 2,048 small maps of what is where; their averages, weighted, give a score for each of 1,000 classes. Look inside to see each step.',
    formula: String.raw`x_{l+1} = \mathrm{ReLU}(x_l + F(x_l)), \qquad p = \mathrm{softmax}(W^\top \bar f + b)`,
    reference:
      'Deep Residual Learning (He et al. 2016), Keras Applications ResNet50; ImageNet (Russakovsky et al. 2015).',
    code: 'x = preprocess(255 * cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA)[np.newaxis]); labels = decode(model(x), top={top})',
  },
})
