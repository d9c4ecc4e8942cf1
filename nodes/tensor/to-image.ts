import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { pictureOf } from '../tensor-shape.ts'

/** A tensor as a picture. Tensor HW, HWC, CHW, NCHW or NHWC (N = 1) float32 in; image (H, W, C) out. */
export const toImage = defineNode({
  type: 'tensor/to-image',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Tensor to image',
  alias: 'T.ToPILImage',
  keywords: ['permute', 'transpose', 'axes', 'CHW', 'NCHW', 'array', 'picture'],
  summary: 'Shows a tensor as a picture.',
  inputs: { tensor: socket.tensor({ axes: ['HW', 'HWC', 'CHW', 'NCHW', 'NHWC'] }) },
  params: {
    space: param.choice({
      default: 'data',
      of: ['data', 'gray', 'rgb', 'bgr'],
      names: { data: 'Plain data', gray: 'Gray', rgb: 'RGB', bgr: 'BGR' },
      label: 'Meaning',
      help: 'What the channels are. Plain data takes any number of them, of any range.',
    }),
  },
  outputs: { image: socket.image({ spaces: ['data', 'gray', 'rgb', 'bgr'] }) },
  shape: ({ tensor, space }) => (tensor ? { image: pictureOf(tensor, space) } : {}),
  run: async ({ tensor, space }, { ops }) => {
    const { range } = pictureOf(tensor, space)
    return { image: await ops.toImage(tensor, { space, ...(range && { range }) }) }
  },
  explain: {
    idea: 'What a network gives is an array of numbers; with its axes in the order of a picture it can be looked at.',
    formula: `I(y, x, c) = T_{c,y,x}`,
    reference: 'numpy.transpose; chapter 6.1, "RGB Image as 3D Tensor".',
    code: 'image = np.transpose(tensor, (1, 2, 0))',
  },
})
