import { defineNode } from '../../engine/graph/node.ts'
import { div, expr, mul, round, sub } from '../../engine/ops/expr.ts'
import { imageLayouts } from '../../engine/ops/layout/tensor.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, TensorShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { preparedOf, tensorShape } from '../tensor-shape.ts'

function checkStd(std: readonly number[]): void {
  if (std.some((value) => value === 0))
    throw new SightlineError('param.invalid', {
      param: 'std',
      given: `[${std.join(', ')}]`,
      wanted: 'numbers other than 0',
    })
}

interface Numbers {
  readonly order: 'RGB' | 'BGR'
  readonly scale: '1' | '255'
  readonly whole: boolean
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly mistake: 'none' | 'order' | 'numbers'
}

/** The parameters in effect, with the mistake that is made on purpose. */
function numbersOf({ mistake, ...numbers }: Numbers): Omit<Numbers, 'mistake'> {
  if (mistake === 'order') return { ...numbers, order: numbers.order === 'RGB' ? 'BGR' : 'RGB' }
  if (mistake === 'numbers') return { ...numbers, scale: '1', whole: false, mean: [0], std: [1] }
  return numbers
}

/** What the tensor says of itself, so that a network can tell whether it was trained on such numbers. */
function preparedBy(image: ImageShape, given: Numbers): Pick<TensorShape, 'prepared'> {
  const before = preparedOf(image)
  if (!before) return {}
  const { order, scale, mean, std } = numbersOf(given)
  return { prepared: { ...before, order, scale: scale === '255' ? 255 : 1, mean, std } }
}

/**
 * (scale · image − mean) / std for each channel, as a tensor. RGB image (H, W, 3) float32 0..1 in; tensor HWC, CHW, NCHW or NHWC
 * out. `scale` 255 gives the numbers of 8-bit pixels, `order` BGR those of OpenCV's pictures.
 */
export const normalise = defineNode({
  type: 'tensor/normalise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Normalise',
  alias: 'T.Normalize',
  keywords: [
    'normalize',
    'standardise',
    'standardize',
    'ImageNet',
    'mean',
    'std',
    'preprocess',
    'CHW',
    'NCHW',
    'ToTensor',
  ],
  summary: 'Centres the numbers around 0, as networks want them, and gives a tensor.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {
    order: param.choice({
      default: 'RGB',
      of: ['RGB', 'BGR'],
      names: { RGB: 'Red first (RGB)', BGR: 'Blue first (BGR, OpenCV)' },
      label: 'Order of the channels',
      help: 'As the network was trained. Mean and deviation are given in this order.',
    }),
    scale: param.choice({
      default: '1',
      of: ['1', '255'],
      names: { '1': '0 to 1', '255': '0 to 255' },
      label: 'White is',
      help: 'The range of the numbers before the mean is taken away.',
    }),
    whole: param.boolean({
      default: false,
      label: 'Whole numbers',
      help: 'Rounds what is between the levels of 8-bit pixels, for networks that take whole numbers.',
      when: { param: 'scale', is: ['255'] },
    }),
    mean: param.vector({
      default: [0.485, 0.456, 0.406],
      minLength: 1,
      maxLength: 3,
      label: 'Mean',
      help: 'Taken away from the three channels; one number serves all. The default is that of ImageNet.',
    }),
    std: param.vector({
      default: [0.229, 0.224, 0.225],
      minLength: 1,
      maxLength: 3,
      label: 'Standard deviation',
      help: 'What is left is divided by it; one number serves all. The default is that of ImageNet.',
    }),
    layout: param.choice({
      default: 'NCHW',
      of: imageLayouts,
      names: {
        HWC: 'HWC (NumPy, OpenCV)',
        CHW: 'CHW (PyTorch, one picture)',
        NCHW: 'NCHW (PyTorch, a batch of one)',
        NHWC: 'NHWC (TensorFlow, a batch of one)',
      },
      label: 'Axes',
      help: 'H rows, W columns, C channels, N pictures: which index comes first.',
    }),
    mistake: param.choice({
      default: 'none',
      of: ['none', 'order', 'numbers'],
      names: { none: 'None', order: 'Red and blue swapped', numbers: 'No normalisation' },
      label: 'Deliberate mistake',
      help: 'Makes one of the usual mistakes, to see what it costs. Red and blue swapped: the other order of the channels. No normalisation: the numbers stay from 0 to 1.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: imageLayouts }) },
  shape: ({ image, layout, ...numbers }) => {
    checkStd(numbers.std)
    return image ? { tensor: { ...tensorShape(image, layout), ...preparedBy(image, numbers) } } : {}
  },
  run: async ({ image, layout, ...given }, { ops }) => {
    checkStd(given.std)
    const { order, scale, whole, mean, std } = numbersOf(given)
    const formula = expr((a) => {
      const scaled = scale === '255' ? mul(a, 255) : a
      return div(sub(whole && scale === '255' ? round(scaled) : scaled, mean), std)
    })
    const ordered = order === 'BGR' ? await ops.convertColour(image, { to: 'bgr' }) : image
    const numbers = await ops.pointwise(ordered, { formula, space: 'data', range: null })
    return { tensor: { ...(await ops.toTensor(numbers, { axes: layout })), ...preparedBy(image, given) } }
  },
  explain: {
    idea: 'A network learns best from numbers around 0 of about the same size in each channel. It was trained on pictures treated so, and must be shown pictures treated the same.',
    formula: {
      by: 'layout',
      of: {
        HWC: String.raw`T_{y,x,c} = \frac{\param{scale}{s}\,I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
        CHW: String.raw`T_{c,y,x} = \frac{\param{scale}{s}\,I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
        NCHW: String.raw`T_{0,c,y,x} = \frac{\param{scale}{s}\,I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
        NHWC: String.raw`T_{0,y,x,c} = \frac{\param{scale}{s}\,I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
      },
    },
    reference:
      'torchvision.transforms.Normalize; chapter 6.1: ImageNet mean [0.485, 0.456, 0.406], std [0.229, 0.224, 0.225].',
    code: {
      by: 'layout',
      of: {
        HWC: '({scale} * image{order} - {mean}) / {std}',
        CHW: 'np.transpose(({scale} * image{order} - {mean}) / {std}, (2, 0, 1))',
        NCHW: 'np.transpose(({scale} * image{order} - {mean}) / {std}, (2, 0, 1))[np.newaxis]',
        NHWC: '(({scale} * image{order} - {mean}) / {std})[np.newaxis]',
      },
    },
    words: { order: { RGB: '', BGR: '[:, :, ::-1]' }, scale: { '1': '1', '255': '255' } },
  },
})
