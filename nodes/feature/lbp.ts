import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { floatsOf, grayInput } from '../corners.ts'
import { type LbpMethod, lbpCodes, lbpMethods } from '../lbp.ts'
import { responseShape } from './harris.ts'
import { lbpWork } from './lbp.work.ts'

const vectorShape = (method: LbpMethod, points: number): TensorShape => ({
  kind: 'tensor',
  shape: [1, lbpCodes(method, points)],
  axes: ['N', 'C'],
})
const codesShape = (image: ImageShape): ImageShape => responseShape(image)

/** Local binary patterns. Image (H, W, 1) in; the code of each pixel (H, W, 1), data, and the part of each code (1, K) out. */
export const lbp = defineNode({
  type: 'feature/lbp',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Local binary patterns',
  alias: 'skimage.feature.local_binary_pattern',
  keywords: ['LBP', 'texture', 'descriptor', 'feature vector', 'Ojala', 'face', 'histogram'],
  summary: 'Describes texture: which neighbours of each pixel are lighter than it.',
  inputs: { image: grayInput },
  params: {
    method: param.choice({
      default: 'uniform',
      of: lbpMethods,
      names: { default: 'Plain', ror: 'Turned to the least', uniform: 'Uniform' },
      label: 'Method',
      help: 'Plain: each point is a bit. Turned: the least of all rotations. Uniform: how many are lighter, where they hang together.',
    }),
    points: param.integer({
      default: 8,
      min: 3,
      max: 16,
      label: 'Points',
      help: 'How many points of the circle are compared.',
    }),
    radius: param.number({
      default: 1,
      min: 0.5,
      max: 64,
      soft: [1, 8],
      step: 0.5,
      unit: 'px',
      label: 'Radius',
      help: 'Of the circle. Between pixels the picture is interpolated.',
    }),
  },
  outputs: {
    image: socket.image({ channels: [1], spaces: ['data'], range: null, help: 'The code of each pixel.' }),
    vector: socket.tensor({ axes: ['NC'], help: 'Which part of all pixels has each code: for a classifier.' }),
  },
  shape: ({ image, method, points }) => ({
    ...(image && { image: codesShape(image) }),
    vector: vectorShape(method, points),
  }),
  run: async ({ image, method, points, radius }, { ops, work }) => {
    const numbers = await floatsOf(ops, image)
    const input = { numbers, width: image.width, points, radius, method }
    const { codes, histogram } = await work(lbpWork, input, { transfer: [numbers.buffer] })
    return {
      image: (await ops.fromNumbers({ shape: codesShape(image), numbers: codes })) as ImageValue,
      vector: (await ops.fromNumbers({ shape: vectorShape(method, points), numbers: histogram })) as TensorValue,
    }
  },
  explain: {
    idea: 'Each pixel asks the points of a small circle around it: are you at least as light as I am? The answers, yes or no, are a pattern of bits. How often each pattern occurs describes a texture, whatever the light.',
    formula: String.raw`\mathrm{LBP}(p) = \sum_{i < P} [I(q_i) \ge I(p)]\, 2^i, \qquad q_i = p + \param{radius}{R} \begin{pmatrix} \cos \frac{2 \pi i}{P} \\ -\sin \frac{2 \pi i}{P} \end{pmatrix}`,
    reference: 'scikit-image local_binary_pattern; T. Ojala, M. Pietikäinen and T. Mäenpää, 2002.',
    code: 'image = skimage.feature.local_binary_pattern(image.astype(np.float64), {points}, {radius}, {method})',
  },
})
