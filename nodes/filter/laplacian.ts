import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { dataShape, laplacianKernel, times } from '../derivatives.ts'

/** The sum of the second derivatives. Image (H, W, C) float32 in; the same size of data out. */
export const laplacian = defineNode({
  type: 'filter/laplacian',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Laplacian',
  alias: 'cv2.Laplacian',
  keywords: ['second derivative', 'edge detection', 'zero crossing', 'highpass', 'focus', 'sharpness'],
  summary: 'Shows where brightness bends: on both sides of edges, and at points and lines.',
  inputs: { image: socket.image() },
  params: {
    size: param.choice({
      default: '1',
      of: ['1', '3', '5', '7'],
      names: { '1': '1: four neighbours', '3': '3 × 3', '5': '5 × 5', '7': '7 × 7' },
      label: 'Kernel',
      help: 'ksize of cv2.Laplacian. Larger kernels smooth as well, and give larger numbers.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image({ spaces: ['data'], range: null }) },
  shape: ({ image }) => (image ? { image: dataShape(image) } : {}),
  run: async ({ image, size, border }, { ops, scale }) => {
    // A second difference over one pixel is scale² times that over one pixel of the smaller picture.
    const kernel = times(laplacianKernel(Number(size)), scale * scale)
    const reach = kernel.length >> 1
    return { image: await filterColours(ops, image, reach, (colours) => ops.convolve(colours, { kernel, border })) }
  },
  explain: {
    idea: 'A slope that stays the same has no second derivative. Where brightness bends, at the foot of an edge and at its top, it has one, with opposite signs: the edge lies where it passes 0.',
    formula: String.raw`\nabla^2 I = \frac{\partial^2 I}{\partial x^2} + \frac{\partial^2 I}{\partial y^2}, \qquad K_1 = \begin{bmatrix} 0 & 1 & 0 \\ 1 & -4 & 1 \\ 0 & 1 & 0 \end{bmatrix}`,
    reference: 'OpenCV Laplacian; chapter 6.1.',
    code: '{border:first}cv2.Laplacian(image, cv2.CV_32F, ksize={size}{border}){border:crop}',
    words: { ...borderWords, size: { 1: '1', 3: '3', 5: '5', 7: '7' } },
  },
})
