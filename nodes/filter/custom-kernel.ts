import { defineNode } from '../../engine/graph/node.ts'
import { weightedShape } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coveredShape, filterColours, opaqueShape } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { scaleKernel } from '../scale-kernel.ts'

const sumOf = (kernel: readonly (readonly number[])[]): number => kernel.flat().reduce((a, b) => a + b, 0)

/** The weights as applied: divided by their sum, if requested and possible. */
function weightsOf(kernel: readonly (readonly number[])[], divide: boolean): readonly (readonly number[])[] {
  const sum = sumOf(kernel)
  return divide && Math.abs(sum) > 1e-9 ? kernel.map((row) => row.map((weight) => weight / sum)) : kernel
}

/** Correlation with a custom matrix. Image (H, W, C) float32 in; the same size out, data if the weights do not sum to 1. */
export const customKernel = defineNode({
  type: 'filter/custom-kernel',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Custom kernel',
  alias: 'cv2.filter2D',
  keywords: ['convolution', 'correlation', 'matrix', 'mask', 'Conv2d', 'emboss', 'laplacian', 'box', 'mean'],
  summary: 'Slides a matrix of your own over the picture.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    kernel: param.matrix({
      default: [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ],
      minSize: 1,
      maxSize: 31,
      odd: true,
      label: 'Kernel',
      help: 'Smooth [[1,2,1],[2,4,2],[1,2,1]]; average [[1,1,1],[1,1,1],[1,1,1]]; sharpen [[0,-1,0],[-1,5,-1],[0,-1,0]]; edges all around [[-1,-1,-1],[-1,8,-1],[-1,-1,-1]]; upright edges [[-1,0,1],[-2,0,2],[-1,0,1]]; emboss [[-2,-1,0],[-1,1,1],[0,1,2]].',
    }),
    divide: param.boolean({
      default: true,
      label: 'Divide by the sum',
      help: 'Keeps the brightness. A matrix that sums to 0 is taken as it is.',
    }),
    delta: param.number({
      default: 0,
      min: -1000,
      max: 1000,
      soft: [-1, 1],
      step: 0.01,
      label: 'Add',
      help: 'Added to every result; 0.5 shows positive and negative values around gray.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image() },
  shape: ({ image, kernel, divide }) =>
    image ? { image: coveredShape(image, weightedShape(opaqueShape(image), sumOf(weightsOf(kernel, divide)))) } : {},
  run: async ({ image, kernel: given, divide, delta, border }, { ops, scale }) => {
    const kernel = scaleKernel(weightsOf(given, divide), scale)
    const reach = Math.max(kernel.length, kernel[0]?.length ?? 0) >> 1
    return {
      image: await filterColours(ops, image, reach, (colours) => ops.convolve(colours, { kernel, delta, border })),
    }
  },
  explain: {
    idea: 'The matrix is laid over every pixel; each number under it is multiplied by its weight, and all are added up. A network does the same, with weights it has learned.',
    formula: {
      by: 'divide',
      of: {
        true: String.raw`I'(y, x) = \param{delta}{\delta} + \frac{1}{\sum K} \sum_{i,j} K_{ij}\; I(y + i - r_y,\ x + j - r_x), \qquad K = \param{kernel}{\begin{bmatrix} k_{00} & k_{01} & \cdots \\ k_{10} & k_{11} & \cdots \\ \vdots & \vdots & \ddots \end{bmatrix}}`,
        false: String.raw`I'(y, x) = \param{delta}{\delta} + \sum_{i,j} K_{ij}\; I(y + i - r_y,\ x + j - r_x), \qquad K = \param{kernel}{\begin{bmatrix} k_{00} & k_{01} & \cdots \\ k_{10} & k_{11} & \cdots \\ \vdots & \vdots & \ddots \end{bmatrix}}`,
      },
    },
    reference:
      'OpenCV filter2D and torch.nn.functional.conv2d: the matrix is not flipped (correlation); opacity is left alone; chapter 6.1, "The convolution operation".',
    code: {
      by: 'divide',
      of: {
        true: '{border:first}kernel = np.array({kernel}); cv2.filter2D(image, -1, kernel / kernel.sum(), delta={delta}{border}){border:crop}',
        false: '{border:first}cv2.filter2D(image, -1, np.array({kernel}), delta={delta}{border}){border:crop}',
      },
    },
    words: borderWords,
    laws: [{ change: { delta: 'up' }, measure: 'mean', expect: 'up' }],
  },
})
