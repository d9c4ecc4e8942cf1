import { defineNode } from '../../engine/graph/node.ts'
import { add, clamp, type Expr, expr, mul } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque } from '../alpha.ts'

/** Each new channel is a weighted sum of the old ones. Image (H, W, 3 | 4) in, the same shape out. */
export const channelMixer = defineNode({
  type: 'colour/channel-mixer',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Channel mixer',
  alias: 'cv2.transform',
  keywords: ['matrix', 'colour matrix', 'sepia', 'swap', 'red', 'green', 'blue', 'weights', 'tint'],
  summary: 'Makes each channel a weighted sum of all three.',
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb', 'bgr', 'linear', 'ycrcb', 'data'] }) },
  params: {
    matrix: param.matrix({
      default: [
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
      ],
      minSize: 3,
      maxSize: 3,
      label: 'Weights',
      help: 'A row for each new channel: how much of the first, the second and the third goes into it. The default is sepia.',
    }),
    clip: param.boolean({
      default: true,
      label: 'Keep within 0 to 1',
      help: 'As pictures of whole numbers do by themselves. Off: all numbers are kept.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, clip }) => (image ? { image: pointwiseShape([image], { range: clip ? [0, 1] : null }) } : {}),
  run: async ({ image, matrix, clip }, { ops }) => {
    const colours = await opaque(ops, image)
    const [r, g, b] = await Promise.all([0, 1, 2].map((index) => ops.channel(colours, { index })))
    if (!r || !g || !b) throw new Error('three channels')
    const mixed = await Promise.all(
      matrix.map(([wr = 0, wg = 0, wb = 0]) => {
        const formula = expr((x: Expr, y: Expr, z: Expr) => {
          const sum = add(add(mul(x, wr), mul(y, wg)), mul(z, wb))
          return clip ? clamp(sum, 0, 1) : sum
        })
        return ops.pointwise(r, g, b, { formula, range: clip ? [0, 1] : null })
      }),
    )
    const made = await ops.merge(...mixed, { space: image.space, ...(clip && { range: [0, 1] }) })
    return { image: image.alpha ? await covered(ops, made, await coverOf(ops, image)) : made }
  },
  explain: {
    idea: 'A colour is three numbers, and three weights make one new number of them. Three rows of weights make a new colour: swapped, sepia, or seen through a filter.',
    formula: String.raw`C'_i = \sum_{j} \param{matrix}{M}_{ij}\, C_j`,
    reference: 'OpenCV transform.',
    code: {
      by: 'clip',
      of: {
        true: 'np.clip(cv2.transform(image, np.float32({matrix})), 0, 1)',
        false: 'cv2.transform(image, np.float32({matrix}))',
      },
    },
  },
})
