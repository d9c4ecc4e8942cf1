import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { Numbers, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { voc21 } from '../voc.ts'
import { labelsAt } from './to-labels.work.ts'

const formats = ['last', 'first', 'numbers'] as const
type Format = (typeof formats)[number]

/** Rows, columns and classes; 1 class: the numbers are the classes. Leading axes of length 1 are batches of one picture. */
function sidesOf({ shape }: TensorShape, format: Format): readonly [number, number, number] {
  const wanted = format === 'numbers' ? 2 : 3
  const extra = shape.length - wanted
  const sides = shape.slice(Math.max(0, extra))
  const [a = 0, b = 0, c = 1] = sides
  if (extra < 0 || shape.slice(0, extra).some((length) => length !== 1))
    throw unsupported('A label map', `a tensor of ${shape.join(' × ')}`, `one picture of ${wanted} axes`)
  return format === 'first' ? [b, c, a] : [a, b, c]
}

/**
 * What a network says of each pixel, as a label map as large as the picture. Tensor of class numbers (1, h, w), or of scores
 * (1, h, w, C) or (1, C, h, w), of which the largest counts; image for the size; label map (H, W) out.
 */
export const toLabels = defineNode({
  type: 'segment/to-labels',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Classes of pixels',
  alias: 'torch.argmax',
  keywords: ['segmentation', 'semantic', 'argmax', 'label map', 'DeepLab', 'VOC', 'classes', 'mask'],
  summary: 'Turns what a segmentation network gives into a label map over the picture.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown. The label map gets its size.' }),
    tensor: socket.tensor({ help: 'Numbers of classes, or a score for each class.' }),
  },
  params: {
    format: param.choice({
      default: 'last',
      of: formats,
      names: {
        last: 'Scores, classes last (NHWC)',
        first: 'Scores, classes first (NCHW)',
        numbers: 'Numbers of classes',
      },
      label: 'Format',
      help: 'What the network gives for each pixel.',
    }),
    names: param.choice({
      default: 'voc',
      of: ['voc', 'none'],
      names: { voc: 'Pascal VOC', none: 'Numbers' },
      label: 'Class names',
      help: 'The data set that the network was trained on.',
    }),
  },
  outputs: { labels: socket.labelmap() },
  shape: ({ image }) => (image ? { labels: { kind: 'labelmap', height: image.height, width: image.width } } : {}),
  run: async ({ image, tensor, format, names }, { ops, work }) => {
    const [rows, columns, classes] = sidesOf(tensor, format)
    const { height, width } = image
    const given: Numbers = await ops.read(tensor, {})
    const numbers = await work(labelsAt, { given, rows, columns, classes, first: format === 'first', height, width })
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const labels = (await ops.fromNumbers({ shape, numbers })) as TensorValue
    return { labels: { kind: 'labelmap', height, width, names: names === 'voc' ? voc21 : [], labels } }
  },
  explain: {
    idea: 'For each pixel the network gives a score for each class, or already the number of the best one. The picture is larger: each of its pixels asks the nearest one of the network.',
    formula: String.raw`L(y, x) = \arg\max_c s_c\!\left(\left\lfloor \tfrac{h}{H} (y + \tfrac12) \right\rfloor, \left\lfloor \tfrac{w}{W} (x + \tfrac12) \right\rfloor\right)`,
    reference: 'DeepLab (Chen et al. 2018); Pascal VOC 2012 (Everingham et al.).',
    code: {
      by: 'format',
      of: {
        last: 'labels = np.argmax(tensor[0], axis=-1)',
        first: 'labels = np.argmax(tensor[0], axis=0)',
        numbers: 'labels = tensor[0]',
      },
    },
  },
})
