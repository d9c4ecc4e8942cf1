import { defineNode } from '../../engine/graph/node.ts'
import { expr, greater, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { pictureOfMask } from '../../engine/values/mask.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * A mask as networks for inpainting take it. Image (H, W, C), whose size it gets, and a mask in, 1 where something is to be
 * replaced; tensor NCHW (1, 1, H, W) out: 0 there, 255 where the picture is kept.
 */
export const holeMask = defineNode({
  type: 'restore/hole-mask',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Mask of holes',
  alias: 'cv2.dilate',
  keywords: ['inpainting', 'mask', 'dilate', 'grow', 'hole', 'MI-GAN', 'remove', 'fill'],
  summary: 'Turns a mask into the holes that a network for inpainting fills: 0 is a hole, 255 is kept.',
  inputs: {
    image: socket.image({ help: 'The picture that the mask lies over.' }),
    mask: socket.mask({ help: '1 where something is to be replaced.' }),
  },
  params: {
    threshold: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Threshold',
      help: 'A pixel belongs to the hole where the mask is above this.',
    }),
    grow: param.integer({
      default: 4,
      min: 0,
      max: 64,
      soft: [0, 32],
      unit: 'px',
      label: 'Grow by',
      help: 'Makes the holes larger on all sides, so that no rim of the removed thing is left to be continued.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: ['NCHW'] }) },
  shape: ({ image }) =>
    image ? { tensor: { kind: 'tensor', shape: [1, 1, image.height, image.width], axes: ['N', 'C', 'H', 'W'] } } : {},
  run: async ({ image: { width, height }, mask, threshold, grow }, { ops }) => {
    const given = pictureOfMask(mask)
    const sized =
      given.width === width && given.height === height
        ? given
        : await ops.resize(given, { width, height, method: 'bilinear' })
    const marked = await ops.pointwise(sized, { formula: expr((m) => greater(m, threshold)) })
    const taps = new Array<number>(2 * grow + 1).fill(1)
    const counted = grow === 0 ? marked : await ops.separable(marked, { x: taps, y: taps, border: 'constant' })
    // Sums of ones are whole.
    const formula = expr((n) => select(greater(n, 0.5), 0, 255))
    const holes = await ops.pointwise(counted, { formula, space: 'data', range: null })
    return { tensor: ops.toTensor(holes, { axes: 'NCHW' }) }
  },
  explain: {
    idea: 'In our masks 1 marks what is meant. Networks for inpainting are told what is known instead: 255 where the picture is right, 0 where there is a hole. The holes are made a little larger, because a rim of the old thing would be taken for something that goes on.',
    formula: String.raw`T(y, x) = \begin{cases} 0 & \max_{|i|, |j| \le \param{grow}{g}} M(y + i, x + j) > \param{threshold}{t} \\ 255 & \text{otherwise} \end{cases}`,
    reference: 'OpenCV dilate with a square; MI-GAN (Sargsyan et al. 2023).',
    code: 'holes = cv2.dilate(np.float32(mask > {threshold}), np.ones((2 * {grow} + 1, 2 * {grow} + 1))); tensor = np.where(holes > 0, 0, 255)[np.newaxis, np.newaxis]',
  },
})
