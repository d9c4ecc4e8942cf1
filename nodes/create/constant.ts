import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { fewPixels, rgbShape, sizeParams, spread } from '../made.ts'

/** One colour everywhere. Nothing in, RGB image (height, width, 3) out. */
export const constant = defineNode({
  type: 'create/constant',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Constant',
  alias: 'np.full',
  keywords: ['colour', 'solid', 'fill', 'blank', 'zeros', 'ones', 'black', 'white', 'background', 'new picture'],
  summary: 'A picture of one colour.',
  inputs: {},
  params: {
    ...sizeParams,
    colour: param.colour({ default: [0.5, 0.5, 0.5], label: 'Colour', help: 'Of every pixel.' }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: (size) => ({ image: rgbShape(size) }),
  run: async ({ colour, ...size }, { ops }) => {
    const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
    const one = await fewPixels(ops, 1, [colour])
    return { image: await spread(ops, one, size, { matrix, method: 'nearest', border: 'replicate' }) }
  },
  explain: {
    idea: 'Every pixel has the same colour. It is what one lays behind something, or what one measures against: nothing in it can be found.',
    formula: String.raw`I(y, x) = \param{colour}{C}`,
    reference: 'numpy.full.',
    code: 'image = np.full(({height}, {width}, 3), {colour}, np.float32)',
  },
})
