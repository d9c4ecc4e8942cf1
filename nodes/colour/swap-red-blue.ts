import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { socket } from '../../engine/values/sockets.ts'

/** The classic mistake: reads RGB as BGR. Image (H, W, 3 | 4) in; the same shape and colour space, first and third exchanged, out. */
export const swapRedBlue = defineNode({
  type: 'colour/swap-red-blue',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Red and blue mixed up',
  alias: 'image[..., ::-1]',
  keywords: ['BGR', 'RGB', 'mix-up', 'mistake', 'order', 'swap', 'channels', 'blue skin', 'cv2.imread'],
  summary: 'Shows what a picture looks like when its channels are read in the wrong order.',
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb', 'bgr'] }) },
  params: {},
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: shapeOf(image) } : {}),
  run: async ({ image }, { ops }) => {
    const { space, alpha, range } = image
    const order = alpha ? [2, 1, 0, 3] : [2, 1, 0]
    const planes = await Promise.all(order.map((index) => ops.channel(image, { index })))
    return { image: await ops.merge(...planes, { space, alpha, ...(range && { range }) }) }
  },
  explain: {
    idea: 'OpenCV reads files as blue, green, red; most other programs expect red first. Whoever forgets to convert gets blue faces, and a network gets colours it has never seen.',
    formula: `I'(y, x) = (I_3, I_2, I_1)`,
    reference:
      'OpenCV imread gives BGR; chapter 6.1 on BGR and RGB order. Convert colour does it right: it exchanges the numbers and says so in the colour space.',
    code: 'image[..., ::-1]',
  },
})
