import { defineNode } from '../../engine/graph/node.ts'
import { imageLayouts } from '../../engine/ops/layout/tensor.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, TensorShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { preparedOf, tensorShape } from '../tensor-shape.ts'

function withPrepared(image: ImageShape): Pick<TensorShape, 'prepared'> {
  const prepared = preparedOf(image)
  return prepared ? { prepared } : {}
}

/** The numbers of a picture as a tensor. Image (H, W, C) float32 in; tensor HWC, CHW, NCHW or NHWC out. */
export const view = defineNode({
  type: 'tensor/view',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Image to tensor',
  alias: 'T.ToTensor',
  keywords: ['permute', 'transpose', 'axes', 'HWC', 'CHW', 'NCHW', 'NHWC', 'layout', 'array', 'numpy'],
  summary: 'Gives the numbers of a picture as a tensor, in the order of axes you choose.',
  inputs: { image: socket.image({ help: 'All its numbers are taken, opacity and hidden colours among them.' }) },
  params: {
    layout: param.choice({
      default: 'CHW',
      of: imageLayouts,
      names: {
        HWC: 'HWC (NumPy, OpenCV)',
        CHW: 'CHW (PyTorch, one picture)',
        NCHW: 'NCHW (PyTorch, a batch of one)',
        NHWC: 'NHWC (TensorFlow, a batch of one)',
      },
      label: 'Axes',
      help: 'H rows, W columns, C channels, N pictures: which index comes first. HWC and NHWC cost nothing; it is how pictures lie in memory.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: imageLayouts }) },
  shape: ({ image, layout }) => (image ? { tensor: { ...tensorShape(image, layout), ...withPrepared(image) } } : {}),
  run: async ({ image, layout }, { ops }) => ({
    tensor: { ...(await ops.toTensor(image, { axes: layout })), ...withPrepared(image) },
  }),
  explain: {
    idea: 'The same numbers in another order: NumPy and OpenCV keep the colours of a pixel together, PyTorch keeps each channel as a whole. Confusing the two is one of the commonest mistakes.',
    formula: {
      by: 'layout',
      of: {
        HWC: `T_{y,x,c} = I(y, x, c)`,
        CHW: `T_{c,y,x} = I(y, x, c)`,
        NCHW: `T_{0,c,y,x} = I(y, x, c)`,
        NHWC: `T_{0,y,x,c} = I(y, x, c)`,
      },
    },
    reference: 'torchvision.transforms.ToTensor, numpy.transpose; chapter 6.1, "RGB Image as 3D Tensor".',
    code: {
      by: 'layout',
      of: {
        HWC: 'tensor = image',
        CHW: 'tensor = np.transpose(image, (2, 0, 1))',
        NCHW: 'tensor = np.transpose(image, (2, 0, 1))[np.newaxis]',
        NHWC: 'tensor = image[np.newaxis]',
      },
    },
  },
})
