import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resize } from '../geometry/resize.ts'
import { tflite } from '../model/tflite.ts'
import { normalise } from '../tensor/normalise.ts'
import { classifyLabels } from './labels.ts'

/**
 * Says what a picture shows with MobileNet v1, which `sightline models pull mobilenet-v1 --yes` installs. Image in; labels of
 * ImageNet out, best first. One of its 1,001 classes is "background".
 */
export const mobilenetV1 = defineComposite({
  type: 'classify/mobilenet-v1',
  version: 1,
  title: 'MobileNet v1 classifier',
  alias: 'keras.applications.MobileNet',
  keywords: [
    ...['classification', 'classifier', 'ImageNet', 'MobileNet', 'mobile', 'depthwise', 'separable', 'top-5', 'LiteRT'],
  ],
  summary: 'Says what a picture shows, as one of 1,000 classes, with a small network that installs by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resize, params: { width: 224, height: 224, keep: false, method: 'area' } },
    normalise: { of: normalise, params: { scale: '255', mean: [127.5], std: [127.5], layout: 'NHWC' } },
    model: { of: tflite, params: { path: 'model:mobilenet-v1/model.tflite' } },
    labels: { of: classifyLabels, params: { file: 'model:mobilenet-v1/labels.txt' } },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.input': 'normalise.tensor',
    'labels.scores': 'model.MobilenetV1/Predictions/Reshape_1',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { labels: 'labels.labels' },
  params: { top: { to: ['labels.top'] } },
  explain: {
    idea: 'A convolution looks at all channels and all neighbours at once. MobileNet does the two one after the other: first the neighbours of each channel by itself, then the channels of each pixel, with eight times fewer multiplications.',
    formula: String.raw`\frac{K^2 M + M N}{K^2 M N} = \frac{1}{N} + \frac{1}{K^2}, \qquad \text{the } \param{top}{k} \text{ best}`,
    reference:
      'MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al. 2017); ImageNet (Russakovsky et al. 2015).',
    code: 'scores = model(255 * cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA)[np.newaxis] / 127.5 - 1)[0]; best = np.argsort(-scores)[:{top}]',
  },
})
