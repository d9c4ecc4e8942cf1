import { defineNode } from '../../engine/graph/node.ts'
import { bilateralRadius } from '../../engine/ops/bilateral/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

/** Averages neighbours of similar colour. Image (H, W, 1 or 3) float32 in, the same shape out. */
export const bilateral = defineNode({
  type: 'filter/bilateral',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Bilateral filter',
  alias: 'cv2.bilateralFilter',
  keywords: ['edge preserving', 'smooth', 'denoise', 'skin', 'beauty', 'cartoon', 'blur'],
  summary: 'Smooths surfaces and keeps edges: only similar colours are averaged.',
  inputs: { image: socket.image({ channels: [1, 2, 3, 4], help: 'Gray or colours, with or without opacity.' }) },
  params: {
    diameter: param.integer({
      default: 9,
      min: 0,
      max: 63,
      soft: [0, 25],
      unit: 'px',
      label: 'Diameter',
      help: 'Of the disc around each pixel; the time grows with its square. 0: three times the sigma in space.',
    }),
    sigmaColour: param.number({
      default: 0.2,
      min: 0.001,
      max: 1000,
      soft: [0.01, 1],
      step: 0.01,
      label: 'Sigma in colour',
      help: 'How different colours may be and still count: the sum over the channels. In the numbers of the picture, so 50 of 8 bits is 0.2.',
    }),
    sigmaSpace: param.number({
      default: 3,
      min: 0.01,
      max: 1000,
      soft: [0.5, 20],
      step: 0.1,
      unit: 'px',
      label: 'Sigma in space',
      help: 'How fast the weight falls with the distance.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, ...params }, { ops }) => ({
    image: await filterColours(ops, image, bilateralRadius(params), (colours) => ops.bilateral(colours, params)),
  }),
  explain: {
    idea: 'A Gaussian blur averages across edges, because it looks at the distance only. Here a neighbour also counts the less, the more its colour differs: the other side of an edge hardly counts at all.',
    formula: String.raw`I'(p) = \frac{\sum_q w_{pq}\, I(q)}{\sum_q w_{pq}}, \qquad w_{pq} = e^{-\|p - q\|^2 / (2 \cdot \param{sigmaSpace}{\sigma_s}^2)}\; e^{-\|I(p) - I(q)\|_1^2 / (2 \cdot \param{sigmaColour}{\sigma_c}^2)}`,
    reference:
      'OpenCV bilateralFilter; Tomasi and Manduchi, "Bilateral Filtering for Gray and Color Images", ICCV 1998; chapter 6.1.',
    code: '{border:first}cv2.bilateralFilter(np.float32(image), {diameter}, {sigmaColour}, {sigmaSpace}{border}){border:crop}',
    words: borderWords,
    laws: [{ change: { sigmaColour: 'up' }, measure: 'variance', expect: 'down' }],
  },
})
