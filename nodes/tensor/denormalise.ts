import { defineNode } from '../../engine/graph/node.ts'
import { add, clamp, div, expr, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { pictureOf } from '../tensor-shape.ts'

/**
 * Undoes Normalise: (std · t + mean) / scale for each channel, kept within 0 and 1, as a picture. Tensor HWC, CHW, NCHW or NHWC
 * (N = 1, three channels) in; RGB image (H, W, 3) out.
 */
export const denormalise = defineNode({
  type: 'tensor/denormalise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Denormalise',
  alias: 'T.Normalize, inverted',
  keywords: ['denormalize', 'unnormalise', 'postprocess', 'picture', 'tanh', 'generator', 'GAN', 'uint8', '255'],
  summary: 'Turns the numbers that a network gives into a picture again: the inverse of Normalise.',
  inputs: { tensor: socket.tensor({ axes: ['HWC', 'CHW', 'NCHW', 'NHWC'], dtypes: ['float32', 'uint8', 'int32'] }) },
  params: {
    order: param.choice({
      default: 'RGB',
      of: ['RGB', 'BGR'],
      names: { RGB: 'Red first (RGB)', BGR: 'Blue first (BGR, OpenCV)' },
      label: 'Order of the channels',
      help: 'As the network gives them. Mean and deviation are given in this order.',
    }),
    scale: param.choice({
      default: '1',
      of: ['1', '255'],
      names: { '1': '0 to 1', '255': '0 to 255' },
      label: 'White is',
      help: 'The range of the numbers once the mean is added again.',
    }),
    mean: param.vector({
      default: [0.485, 0.456, 0.406],
      minLength: 1,
      maxLength: 3,
      label: 'Mean',
      help: 'Added to the three channels; one number serves all. The default is that of ImageNet.',
    }),
    std: param.vector({
      default: [0.229, 0.224, 0.225],
      minLength: 1,
      maxLength: 3,
      label: 'Standard deviation',
      help: 'The numbers are multiplied by it first; one number serves all. The default is that of ImageNet.',
    }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  shape: ({ tensor }) => (tensor ? { image: pictureOf(tensor, 'rgb') } : {}),
  run: async ({ tensor, order, scale, mean, std }, { ops }) => {
    const numbers = await ops.toImage(await ops.toFloat(tensor, {}), { space: order === 'RGB' ? 'rgb' : 'bgr' })
    const formula = expr((t) => {
      const shifted = add(mul(t, std), mean)
      return clamp(scale === '255' ? div(shifted, 255) : shifted, 0, 1)
    })
    const image = await ops.pointwise(numbers, { formula, range: [0, 1] })
    return { image: order === 'RGB' ? image : await ops.convertColour(image, { to: 'rgb' }) }
  },
  explain: {
    idea: 'A network that makes pictures gives numbers of the kind that it was shown: from −1 to 1, or from 0 to 255. What Normalise did to the picture is undone here, in the opposite order.',
    formula: String.raw`I(y, x, c) = \frac{\param{std}{\sigma}_c\,T_{c,y,x} + \param{mean}{\mu}_c}{\param{scale}{s}}`,
    reference: 'torchvision.transforms.Normalize, inverted.',
    code: 'image = np.clip(({std} * np.transpose(tensor, (1, 2, 0)) + {mean}) / {scale}, 0, 1){order}',
    words: { order: { RGB: '', BGR: '[:, :, ::-1]' }, scale: { '1': '1', '255': '255' } },
  },
})
