import { defineNode } from '../../engine/graph/node.ts'
import { weightedShape } from '../../engine/ops/check.ts'
import { expr, mul } from '../../engine/ops/expr.ts'
import { sobelOutputs } from '../../engine/ops/sobel/op.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coveredShape, coverOf, filledColours, opaqueShape } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

/** Degrees have a range; the derivatives have none. */
const shapes = (image: ImageShape): Record<(typeof sobelOutputs)[number], ImageShape> => {
  const data = coveredShape(image, weightedShape(opaqueShape(image), 0))
  return { x: data, y: data, magnitude: data, direction: { ...data, range: [0, 360] } }
}

/** First derivatives by 3 × 3 Sobel kernels. Image (H, W, C) float32 in; up to four images (H, W, C) of data out. */
export const sobel = defineNode({
  type: 'edge/sobel',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Sobel edges',
  alias: 'cv2.Sobel',
  keywords: ['gradient', 'derivative', 'edge detection', 'magnitude', 'direction', 'orientation', 'convolution'],
  summary: 'Finds edges: how fast, and in which direction, brightness changes.',
  basic: true,
  inputs: { image: socket.image() },
  params: { border: borderParam },
  outputs: {
    x: socket.image({
      spaces: ['data'],
      range: null,
      help: 'Change to the right: upright edges. Positive from dark to bright.',
    }),
    y: socket.image({ spaces: ['data'], range: null, help: 'Change downwards: level edges.' }),
    magnitude: socket.image({ spaces: ['data'], range: null, help: 'How strong the edge is, whatever its direction.' }),
    direction: socket.image({
      spaces: ['data'],
      range: [0, 360],
      help: 'Where brightness rises, in degrees: 0 right, 90 down, 180 left, 270 up.',
    }),
  },
  preview: 'magnitude',
  shape: ({ image }) => (image ? shapes(image) : {}),
  run: async ({ image, border }, { ops, scale, wants }) => {
    const outputs = sobelOutputs.filter(wants)
    if (outputs.length === 0) return {}
    const made = await ops.sobel(await filledColours(ops, image, 1), { border, outputs })
    if (scale === 1 && !image.alpha) return made
    const cover = image.alpha ? await coverOf(ops, image) : undefined
    // The smaller picture changes faster from pixel to pixel; angles are the same.
    const entries = outputs.map(async (output) => {
      const value = made[output]
      if (!value) return [output, value]
      const steep = scale !== 1 && output !== 'direction'
      const scaled = steep ? await ops.pointwise(value, { formula: expr((a) => mul(a, scale)) }) : value
      return [output, cover ? await covered(ops, scaled, cover) : scaled]
    })
    return Object.fromEntries(await Promise.all(entries))
  },
  explain: {
    idea: 'The difference between the right and the left neighbours tells how fast brightness changes along the row; the same downwards. Where it changes fast, there is an edge.',
    formula: String.raw`G_x = \begin{bmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{bmatrix} * I, \quad G_y = G_x^{\mathsf T} * I, \quad |G| = \sqrt{G_x^2 + G_y^2}, \quad \theta = \operatorname{atan2}(G_y, G_x)`,
    reference: 'OpenCV Sobel (ksize 3, scale 1, not normalised) and cartToPolar; chapter 6.1, "Sobel Filter".',
    code: '{border:first}gx, gy = cv2.Sobel(image, cv2.CV_32F, 1, 0{border}){border:crop}, cv2.Sobel(image, cv2.CV_32F, 0, 1{border}){border:crop}; magnitude = cv2.magnitude(gx, gy)',
    words: borderWords,
  },
})
