import { defineComposite } from '../../engine/graph/composite.ts'
import { param } from '../../engine/types/param.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { tflite } from '../model/tflite.ts'
import { normalise } from '../tensor/normalise.ts'
import { classifyLabels } from './labels.ts'

const variants = ['lite0', 'lite1', 'lite2', 'lite3', 'lite4'] as const
/** Side of the picture that each was trained for. */
const sides: Readonly<Record<(typeof variants)[number], number>> = {
  ...{ lite0: 224, lite1: 240, lite2: 260, lite3: 280, lite4: 300 },
}

const presetOf = (variant: (typeof variants)[number]) => ({
  'resize.width': sides[variant],
  'resize.height': sides[variant],
  'model.path': `model:efficientnet-${variant}/model.tflite`,
  'labels.file': `model:efficientnet-${variant}/labels.txt`,
})

/**
 * Says what a picture shows with an EfficientNet-Lite, which `sightline models pull efficientnet-lite0 --yes` installs (to -lite4).
 * Image in; labels of ImageNet out, best first. The network is quantised: bytes go in, and probabilities in steps of 1/256 come out.
 */
export const efficientnetLite = defineComposite({
  type: 'classify/efficientnet-lite',
  version: 1,
  title: 'EfficientNet-Lite',
  alias: 'tf.lite.Interpreter',
  keywords: [
    ...['classification', 'classifier', 'ImageNet', 'EfficientNet', 'mobile', 'quantised', 'quantized', 'int8'],
    ...['top-5', 'LiteRT', 'TensorFlow Lite'],
  ],
  summary:
    'Says what a picture shows, as one of 1,000 classes, with one of five small networks that install by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 224, height: 224, keep: false, method: 'area' } },
    normalise: { of: normalise, params: { scale: '255', whole: true, mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tflite, params: { path: 'model:efficientnet-lite0/model.tflite' } },
    labels: { of: classifyLabels, params: { file: 'model:efficientnet-lite0/labels.txt' } },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.images': 'normalise.tensor',
    'labels.scores': 'model.Softmax',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { labels: 'labels.labels' },
  choices: {
    variant: {
      spec: param.choice({
        default: 'lite0',
        of: variants,
        names: {
          lite0: 'Lite0 (224 pixels, 5 MB)',
          lite1: 'Lite1 (240 pixels, 6 MB)',
          lite2: 'Lite2 (260 pixels, 7 MB)',
          lite3: 'Lite3 (280 pixels, 10 MB)',
          lite4: 'Lite4 (300 pixels, 15 MB)',
        },
        label: 'Network',
        help: 'The larger ones are right more often and take longer.',
      }),
      sets: Object.fromEntries(variants.map((variant) => [variant, presetOf(variant)])),
    },
  },
  params: { top: { to: ['labels.top'] } },
  explain: {
    idea: 'A network can be made better by more layers, more channels or larger pictures. These five grow in all three at once, in a fixed proportion, and their numbers are bytes, so that a phone can compute them.',
    formula: String.raw`d = \alpha^\phi, \quad w = \beta^\phi, \quad r = \gamma^\phi, \qquad \alpha\,\beta^2\,\gamma^2 \approx 2`,
    reference:
      'EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le 2019); EfficientNet-Lite (Liu 2020); ImageNet (Russakovsky et al. 2015).',
    code: 'run = tf.lite.Interpreter({variant}).get_signature_runner(); scores = run(images=np.uint8(255 * cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA))[np.newaxis]); best = np.argsort(-scores["Softmax"])[:{top}]',
  },
})
