import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

/** Adds the difference from the four neighbours. Image (H, W, C) float32 in, the same shape out, not clipped. */
export const sharpen = defineNode({
  type: 'filter/sharpen',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Sharpen',
  alias: 'cv2.filter2D (Laplacian)',
  keywords: ['crisp', 'detail', 'unsharp', 'enhance', 'laplacian', 'highpass', 'convolution'],
  summary: 'Makes edges and fine detail stand out.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    amount: param.number({
      default: 1,
      min: 0,
      max: 10,
      soft: [0, 3],
      step: 0.05,
      label: 'Amount',
      help: 'How much of the difference is added. 1 is the kernel of the chapter, 0 changes nothing. Values may leave 0 to 1.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, amount, border }, { ops, scale }) => {
    // A second difference over one pixel is scale² times that over one pixel of the smaller picture.
    const a = amount * scale * scale
    const kernel = [
      [0, -a, 0],
      [-a, 1 + 4 * a, -a],
      [0, -a, 0],
    ]
    return { image: await filterColours(ops, image, 1, (colours) => ops.convolve(colours, { kernel, border })) }
  },
  explain: {
    idea: 'Each pixel is pushed away from the average of its neighbours. Where they are alike nothing happens; at an edge the dark side gets darker and the bright side brighter.',
    formula: String.raw`I' = I - \param{amount}{a}\,\nabla^2 I, \qquad K = \begin{bmatrix} 0 & -\param{amount}{a} & 0 \\ -\param{amount}{a} & 1 + 4 \cdot \param{amount}{a} & -\param{amount}{a} \\ 0 & -\param{amount}{a} & 0 \end{bmatrix}`,
    reference: 'Chapter 6.1, "Sharpening"; OpenCV filter2D.',
    code: 'a = {amount}; {border:first}cv2.filter2D(image, -1, np.array([[0, -a, 0], [-a, 1 + 4 * a, -a], [0, -a, 0]]){border}){border:crop}',
    words: borderWords,
    laws: [
      { change: { amount: 'up' }, measure: 'edgeEnergy', expect: 'up' },
      { change: { amount: 'up' }, measure: 'mean', expect: 'same' },
    ],
  },
})
