import { defineNode } from '../../engine/graph/node.ts'
import { add, expr, mul, sqrt } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, filledColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { asData, dataShape, times } from '../derivatives.ts'

const transposed = (m: readonly (readonly number[])[]) => m.map((_, i) => m.map((row) => row[i] ?? 0))

const across = {
  scharr: [
    [-3, 0, 3],
    [-10, 0, 10],
    [-3, 0, 3],
  ],
  prewitt: [
    [-1, 0, 1],
    [-1, 0, 1],
    [-1, 0, 1],
  ],
  central: [
    [0, 0, 0],
    [-0.5, 0, 0.5],
    [0, 0, 0],
  ],
} as const

/** First derivatives by kernels other than Sobel's. Image (H, W, C) float32 in; three images (H, W, C) of data out. */
export const derivative = defineNode({
  type: 'edge/derivative',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Scharr, Prewitt',
  alias: 'cv2.Scharr',
  keywords: [
    'gradient',
    'derivative',
    'edge detection',
    'central difference',
    'Prewitt',
    'Sobel',
    'kernel',
    'np.gradient',
  ],
  summary: "Finds edges with Scharr's or Prewitt's kernels, or plain differences.",
  inputs: { image: socket.image() },
  params: {
    operator: param.choice({
      default: 'scharr',
      of: ['scharr', 'prewitt', 'central'],
      names: { scharr: 'Scharr', prewitt: 'Prewitt', central: 'Central difference' },
      label: 'Kernel',
      help: 'Scharr keeps directions best; Prewitt weighs three rows alike; the central difference takes one row only.',
    }),
    border: borderParam,
  },
  outputs: {
    x: socket.image({ spaces: ['data'], range: null, help: 'Change to the right: upright edges.' }),
    y: socket.image({ spaces: ['data'], range: null, help: 'Change downwards: level edges.' }),
    magnitude: socket.image({ spaces: ['data'], range: null, help: 'How strong the edge is, whatever its direction.' }),
  },
  preview: 'magnitude',
  shape: ({ image }) => {
    if (!image) return {}
    const data = dataShape(image)
    return { x: data, y: data, magnitude: data }
  },
  run: async ({ image, operator, border }, { ops, scale }) => {
    const colours = await filledColours(ops, image, 1)
    // The smaller picture changes faster from pixel to pixel.
    const kernel = times(across[operator], scale)
    const x = await ops.convolve(colours, { kernel, border })
    const y = await ops.convolve(colours, { kernel: transposed(kernel), border })
    const length = expr((a, b) => sqrt(add(mul(a, a), mul(b, b))))
    const made = { x, y, magnitude: await ops.pointwise(x, y, { formula: length, ...asData }) }
    if (!image.alpha) return made
    const cover = await coverOf(ops, image)
    return {
      x: await covered(ops, x, cover),
      y: await covered(ops, y, cover),
      magnitude: await covered(ops, made.magnitude, cover),
    }
  },
  explain: {
    idea: 'All first derivatives subtract what is left from what is right; they differ in how they weigh the rows above and below. Weights of 3, 10, 3 answer to edges of every direction most evenly.',
    formula: {
      by: 'operator',
      of: {
        scharr: String.raw`G_x = \begin{bmatrix} -3 & 0 & 3 \\ -10 & 0 & 10 \\ -3 & 0 & 3 \end{bmatrix} * I, \quad G_y = G_x^{\mathsf T} * I, \quad |G| = \sqrt{G_x^2 + G_y^2}`,
        prewitt: String.raw`G_x = \begin{bmatrix} -1 & 0 & 1 \\ -1 & 0 & 1 \\ -1 & 0 & 1 \end{bmatrix} * I, \quad G_y = G_x^{\mathsf T} * I, \quad |G| = \sqrt{G_x^2 + G_y^2}`,
        central: String.raw`G_x = \tfrac{1}{2} \begin{bmatrix} -1 & 0 & 1 \end{bmatrix} * I, \quad G_y = G_x^{\mathsf T} * I, \quad |G| = \sqrt{G_x^2 + G_y^2}`,
      },
    },
    reference: 'OpenCV Scharr and filter2D; Prewitt 1970; Scharr 2000.',
    code: {
      by: 'operator',
      of: {
        scharr:
          '{border:first}gx, gy = cv2.Scharr(image, cv2.CV_32F, 1, 0{border}){border:crop}, cv2.Scharr(image, cv2.CV_32F, 0, 1{border}){border:crop}; magnitude = np.hypot(gx, gy)',
        prewitt:
          '{border:first}k = np.float32([[-1, 0, 1]] * 3); gx, gy = cv2.filter2D(image, cv2.CV_32F, k{border}){border:crop}, cv2.filter2D(image, cv2.CV_32F, k.T{border}){border:crop}; magnitude = np.hypot(gx, gy)',
        central:
          '{border:first}k = np.float32([[-0.5, 0, 0.5]]); gx, gy = cv2.filter2D(image, cv2.CV_32F, k{border}){border:crop}, cv2.filter2D(image, cv2.CV_32F, k.T{border}){border:crop}; magnitude = np.hypot(gx, gy)',
      },
    },
    words: borderWords,
  },
})
