import { defineNode } from '../../engine/graph/node.ts'
import { add, expr, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/** Turns light into dark: out = (1 − amount)·v + amount·(1 − v). Image (H, W, C) in, the same shape out. */
export const invert = defineNode({
  type: 'math/invert', // the path of the file; never changes, as documents name it
  version: 1,
  kind: 'pure', // source: reads the world; effect: writes it; job: long, starts explicitly
  draft: 'scaled', // quick previews run on a smaller picture
  title: 'Invert',
  alias: 'cv2.bitwise_not',
  keywords: ['negative', 'complement'],
  summary: 'Swaps light and dark.',
  basic: true, // in the palette under Basics as well; leave it out of what no first lesson uses
  inputs: { image: socket.image() },
  params: {
    amount: param.number({ default: 1, min: 0, max: 1, help: '0 keeps the picture, 1 inverts it.' }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, amount }, { ops }) => ({
    image: await ops.pointwise(image, { formula: expr((v) => add(mul(v, 1 - 2 * amount), amount)) }),
  }),
  explain: {
    idea: 'Every number is replaced by what it lacks to white.',
    formula: String.raw`y = (1 - \param{amount}{a})\,x + \param{amount}{a}\,(1 - x)`,
    reference: 'OpenCV bitwise_not; chapter 6.1',
    code: '(1 - {amount}) * image + {amount} * (1 - image)',
  },
})
