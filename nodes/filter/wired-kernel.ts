import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { expr } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { borderParam, borderWords } from '../border.ts'

const most = 31

/** Correlation with a kernel that comes over a wire. Image (H, W, C) and a tensor (K, L) in; (H, W, C) of plain numbers out. */
export const wiredKernel = defineNode({
  type: 'filter/wired-kernel',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Filter with a tensor',
  alias: 'cv2.filter2D',
  keywords: ['kernel', 'convolution', 'correlation', 'learned', 'weights', 'custom kernel', 'matrix', 'Conv2d'],
  summary: 'Slides a kernel over the picture that comes from elsewhere: from a network, for instance.',
  inputs: {
    image: socket.image({ channels: [1, 3] }),
    kernel: socket.tensor({ axes: ['KL', 'HW'], help: `Rows and columns, up to ${most} of each.` }),
  },
  params: {
    strength: param.number({
      default: 1,
      min: -1000,
      max: 1000,
      soft: [-2, 2],
      step: 0.01,
      label: 'Strength',
      help: 'All weights are multiplied by it.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image({ spaces: ['data'], range: null }) },
  shape: ({ image }) => {
    if (!image) return {}
    const { height, width, channels } = image
    return { image: { kind: 'image', height, width, channels, space: 'data', alpha: false } }
  },
  run: async ({ image, kernel, strength, border }, { ops }) => {
    const [rows = 0, columns = 0] = kernel.shape
    if (kernel.shape.length !== 2 || Math.max(rows, columns) > most || Math.min(rows, columns) < 1)
      throw unsupported(
        'A kernel',
        `a tensor of ${kernel.shape.join(' × ')}`,
        `rows and columns, up to ${most} of each`,
      )
    const numbers = await ops.read(kernel, {})
    // Even sides have their anchor after the middle, as in OpenCV: a side of zeros makes it the middle.
    const odd = (side: number): number => side + 1 - (side % 2)
    const weights = Array.from({ length: odd(rows) }, (_, y) =>
      Array.from({ length: odd(columns) }, (_, x) =>
        y < rows && x < columns ? strength * (numbers[y * columns + x] ?? 0) : 0,
      ),
    )
    const made = await ops.convolve(image, { kernel: weights, border })
    return {
      image:
        made.space === 'data'
          ? made
          : await ops.pointwise(made, { formula: expr((v) => v), space: 'data', range: null }),
    }
  },
  explain: {
    idea: 'The same as a custom kernel, but its numbers come over a wire. It does not matter to the picture who made them: a person, or a network that learned.',
    formula: String.raw`I'(y, x) = \param{strength}{a} \sum_{i,j} K_{ij}\; I(y + i - r_y,\ x + j - r_x)`,
    reference: 'OpenCV filter2D and torch.nn.functional.conv2d: the matrix is not flipped (correlation).',
    code: '{border:first}cv2.filter2D(image, -1, {strength} * kernel{border}){border:crop}',
    words: borderWords,
  },
})
