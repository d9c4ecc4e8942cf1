import { defineNode } from '../../engine/graph/node.ts'
import { integralShape } from '../../engine/ops/integral/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaqueShape, premultiplied } from '../alpha.ts'

/** Sums over everything above and to the left. Image (H, W, C) float32 in; (H + 1, W + 1, C) of data out. */
export const integralImage = defineNode({
  type: 'filter/integral',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Integral image',
  alias: 'cv2.integral',
  keywords: ['summed area table', 'cumulative sum', 'cumsum', 'prefix sum', 'Viola Jones', 'box sum', 'Haar'],
  summary: 'Sums up all pixels above and to the left: the sum of any rectangle is four of its numbers.',
  inputs: { image: socket.image() },
  params: {
    squared: param.boolean({
      default: false,
      label: 'Of the squares',
      help: 'Sums the squares instead: with both, the variance of any rectangle is known.',
    }),
  },
  outputs: {
    image: socket.image({
      spaces: ['data'],
      range: null,
      help: 'One row and one column larger, with zeros at the top and on the left.',
    }),
  },
  shape: ({ image }) => (image ? { image: integralShape(opaqueShape(image)) } : {}),
  run: async ({ image, squared }, { ops }) => ({
    image: await ops.integral(await premultiplied(ops, image), { squared }),
  }),
  explain: {
    idea: 'Each number is the sum of the whole rectangle from the corner to there. The sum of any other rectangle is then one addition and two subtractions, however large it is: that made the first fast face detector possible.',
    formula: {
      by: 'squared',
      of: {
        false: String.raw`S(y, x) = \sum_{i < y} \sum_{j < x} I(i, j), \qquad \textstyle\sum_{[y_0, y_1) \times [x_0, x_1)} I = S(y_1, x_1) - S(y_0, x_1) - S(y_1, x_0) + S(y_0, x_0)`,
        true: String.raw`S(y, x) = \sum_{i < y} \sum_{j < x} I(i, j)^2`,
      },
    },
    reference: 'OpenCV integral; Crow 1984; Viola and Jones 2001. Transparent colours count by their opacity.',
    code: {
      by: 'squared',
      of: { false: 'image = cv2.integral(image)', true: 'image = cv2.integral2(image)[1]' },
    },
  },
})
