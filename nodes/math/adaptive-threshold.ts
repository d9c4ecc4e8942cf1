import { defineNode } from '../../engine/graph/node.ts'
import { expr, greater, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

const methods = ['mean', 'gaussian'] as const

/** OpenCV's own weights of small windows. */
const small: Readonly<Record<number, readonly number[]>> = {
  3: [0.25, 0.5, 0.25],
  5: [0.0625, 0.25, 0.375, 0.25, 0.0625],
  7: [0.03125, 0.109375, 0.21875, 0.28125, 0.21875, 0.109375, 0.03125],
}

/** The weights of the window along one axis. @see OpenCV getGaussianKernel */
function tapsOf(method: (typeof methods)[number], size: number): readonly number[] {
  if (method === 'mean') return new Array<number>(size).fill(1 / size)
  const known = small[size]
  if (known) return known
  const sigma = 0.3 * ((size - 1) * 0.5 - 1) + 0.8
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** Compares each number with those around it. Image (H, W, 1) in, the same shape of 0 and 1 out. */
export const adaptiveThreshold = defineNode({
  type: 'math/adaptive-threshold',
  version: 1,
  kind: 'pure',
  // What is black or white in a smaller picture says little of the whole one.
  draft: 'exact',
  title: 'Adaptive threshold',
  alias: 'cv2.adaptiveThreshold',
  keywords: [
    'local threshold',
    'binary',
    'binarise',
    'document',
    'scan',
    'uneven light',
    'text',
    'mask',
    'black and white',
  ],
  summary: 'Separates light from dark by comparing each pixel with its surroundings, so that shadows do no harm.',
  inputs: { image: socket.image({ channels: [1] }) },
  params: {
    method: param.choice({
      default: 'gaussian',
      of: methods,
      names: { mean: 'Mean', gaussian: 'Gaussian' },
      label: 'Average',
      help: 'Gaussian: near pixels count more.',
    }),
    size: param.integer({
      default: 31,
      min: 3,
      max: 511,
      soft: [3, 101],
      odd: true,
      unit: 'px',
      label: 'Window',
      help: 'Side of the square that is averaged; larger than what is to be found.',
    }),
    offset: param.number({
      default: 0.03,
      min: -1e6,
      max: 1e6,
      soft: [-0.2, 0.2],
      step: 0.005,
      label: 'Offset',
      help: "Taken off the average: so an even ground stays white. OpenCV's C of 8 bits, divided by 255.",
    }),
    invert: param.boolean({
      default: false,
      label: 'White below',
      help: 'Marks what is darker than around it, such as letters.',
    }),
  },
  outputs: { image: socket.image({ channels: [1] }) },
  shape: ({ image }) => (image ? { image: pointwiseShape([image], { range: [0, 1] }) } : {}),
  run: async ({ image, method, size, offset, invert }, { ops }) => {
    const taps = tapsOf(method, size)
    const around = await ops.separable(image, { x: taps, y: taps, border: 'replicate' })
    const [above, below] = invert ? [0, 1] : [1, 0]
    const formula = expr((v, mean) => select(greater(v, sub(mean, offset)), above, below))
    return { image: await ops.pointwise(image, around, { formula, range: [0, 1] }) }
  },
  explain: {
    idea: 'One threshold for all fails where one side lies in the shadow. Here each pixel is compared with the average around it: it is light if it is lighter than its neighbours.',
    formula: {
      by: 'invert',
      of: {
        false: String.raw`I'(p) = \begin{cases} 1 & I(p) > \overline{I}_{\param{size}{n} \times n}(p) - \param{offset}{c} \\ 0 & \text{otherwise} \end{cases}`,
        true: String.raw`I'(p) = \begin{cases} 0 & I(p) > \overline{I}_{\param{size}{n} \times n}(p) - \param{offset}{c} \\ 1 & \text{otherwise} \end{cases}`,
      },
    },
    reference:
      'OpenCV adaptiveThreshold, whose averages are rounded to whole bytes; here they are not. skimage.filters.threshold_local.',
    code: {
      by: 'invert',
      of: {
        false:
          'np.float32(image > {method}(image, ({size}, {size}){method:sigma}, borderType=cv2.BORDER_REPLICATE) - {offset})',
        true: 'np.float32(image <= {method}(image, ({size}, {size}){method:sigma}, borderType=cv2.BORDER_REPLICATE) - {offset})',
      },
    },
    words: {
      method: { mean: 'cv2.blur', gaussian: 'cv2.GaussianBlur' },
      'method:sigma': { mean: '', gaussian: ', 0' },
    },
  },
})
