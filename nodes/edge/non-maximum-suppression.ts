import { defineNode } from '../../engine/graph/node.ts'
import { nonMaximumShape } from '../../engine/ops/canny/non-maximum.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaqueShape, shownColours } from '../alpha.ts'
import { sameSize } from '../same-size.ts'

/** Thins edges to one pixel. Two images (H, W, C), the derivatives of one picture, in; an image (H, W, 1) of magnitudes out. */
export const nonMaximumSuppression = defineNode({
  type: 'edge/non-maximum-suppression',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Thin edges',
  alias: 'cv2.Canny, step 3',
  keywords: ['non-maximum suppression', 'NMS', 'canny', 'thinning', 'ridge', 'edge detection', 'magnitude'],
  summary: 'Thins every edge to its strongest line, one pixel wide.',
  inputs: {
    x: socket.image({ help: 'Change to the right: the output "x" of Sobel edges.' }),
    y: socket.image({ help: 'Change downwards: the output "y" of the same node.' }),
  },
  params: {},
  outputs: {
    image: socket.image({
      channels: [1],
      spaces: ['data'],
      range: null,
      help: 'How strong the edge is on its line, 0 beside it.',
    }),
  },
  shape: ({ x, y }) => (x && y ? { image: nonMaximumShape(opaqueShape(x), opaqueShape(y)) } : {}),
  run: async ({ x, y }, { ops, scale }) => {
    const [gx, gy] = [await shownColours(ops, x), await shownColours(ops, await sameSize(ops, x, y, scale))]
    return { image: ops.nonMaximum(gx, gy, {}) }
  },
  explain: {
    idea: 'An edge in a photo is several pixels wide. Each pixel looks at its two neighbours across the edge, along the gradient, and stays only if it is steeper than both. What is left is a line of one pixel.',
    formula: String.raw`N(p) = \begin{cases} |G(p)| & |G(p)| > |G(p - d)| \ \text{and}\ |G(p)| \ge |G(p + d)| \\ 0 & \text{otherwise} \end{cases} \qquad d: \text{the gradient's direction, rounded to } 45°`,
    reference: 'OpenCV Canny with L2gradient; J. Canny, A computational approach to edge detection, 1986; chapter 6.1.',
    code: 'thin = cv2.Canny(np.int16(np.rint(255 * x)), np.int16(np.rint(255 * y)), 0, 0, L2gradient=True); image = np.where(thin > 0, np.hypot(x, y), 0)',
  },
})
