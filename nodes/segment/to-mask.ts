import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * One map of a network as a mask as large as the picture. Tensor (1, 1, h, w), (1, h, w, 1) or (h, w) and an image in; mask (H, W),
 * 0..1, out.
 */
export const toMask = defineNode({
  type: 'segment/to-mask',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Map to mask',
  alias: 'U-2-Net normPRED',
  keywords: ['mask', 'salient', 'matting', 'saliency', 'foreground', 'segmentation', 'U2Net', 'probability'],
  summary: 'Turns a map of a network into a mask over the picture.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown. The mask gets its size.' }),
    tensor: socket.tensor({ axes: ['HW', 'NCHW', 'NHWC', 'CHW', 'HWC', 'NLC'], help: 'One number for each pixel.' }),
  },
  params: {
    stretch: param.boolean({
      default: true,
      label: 'Stretch',
      help: 'The least number becomes 0 and the largest 1. Off: numbers below 0 become 0, above 1 they become 1.',
    }),
  },
  outputs: { mask: socket.mask() },
  shape: ({ image }) => (image ? { mask: { kind: 'mask', height: image.height, width: image.width } } : {}),
  run: async ({ image, tensor, stretch }, { ops }) => {
    // Of several channels the first: U²-Net and its like give one.
    const sides = tensor.shape.filter((length) => length !== 1)
    const [rows, columns] = sides.length === 2 ? sides : tensor.shape.slice(-2)
    if (rows === undefined || columns === undefined || rows * columns !== tensor.shape.reduce((a, b) => a * b, 1))
      throw unsupported('A mask', `a tensor of ${tensor.shape.join(' × ')}`, 'one number for each pixel of one picture')
    const given = await ops.read(tensor, {})
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of given) [low, high] = [Math.min(low, value), Math.max(high, value)]
    const numbers = Float32Array.from(given, (value) =>
      stretch ? (high > low ? (value - low) / (high - low) : 0) : Math.min(1, Math.max(0, value)),
    )
    const shape = {
      kind: 'image',
      height: rows,
      width: columns,
      channels: 1,
      space: 'gray',
      alpha: false,
      range: [0, 1],
    } as const
    const small = (await ops.fromNumbers({ shape, numbers })) as ImageValue
    const { height, width } = image
    const { store } = await ops.resize(small, { width, height, method: 'bilinear' })
    return {
      mask: {
        kind: 'mask',
        height,
        width,
        pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store },
      },
    }
  },
  explain: {
    idea: 'The network says for each pixel how much it belongs to what the picture is of. Stretched from 0 to 1 and enlarged to the size of the picture, that is a mask.',
    formula: {
      by: 'stretch',
      of: {
        true: String.raw`m = \frac{t - \min t}{\max t - \min t}`,
        false: String.raw`m = \min(1, \max(0, t))`,
      },
    },
    reference: 'U-2-Net (Qin et al. 2020), normPRED in u2net_test.py.',
    code: {
      by: 'stretch',
      of: {
        true: 'mask = cv2.resize((tensor - tensor.min()) / (tensor.max() - tensor.min()), image.shape[1::-1])',
        false: 'mask = cv2.resize(np.clip(tensor, 0, 1), image.shape[1::-1])',
      },
    },
  },
})
