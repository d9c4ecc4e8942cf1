import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { fewPixels, rgbShape, sizeParams, spread } from '../made.ts'

/** Squares of two colours. Nothing in, RGB image (height, width, 3) out. */
export const checkerboard = defineNode({
  type: 'create/checkerboard',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Checkerboard',
  alias: 'skimage.data.checkerboard',
  keywords: ['chess', 'pattern', 'squares', 'calibration', 'test picture', 'grid', 'transparent background'],
  summary: 'A picture of squares in two colours.',
  inputs: {},
  params: {
    ...sizeParams,
    size: param.integer({
      default: 64,
      min: 1,
      max: 16384,
      soft: [1, 256],
      unit: 'px',
      label: 'Square',
      help: 'Side of a square, in pixels.',
    }),
    first: param.colour({ default: [0, 0, 0], label: 'First', help: 'The colour of the square in the upper left.' }),
    second: param.colour({ default: [1, 1, 1], label: 'Second', help: 'The other colour.' }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: (size) => ({ image: rgbShape(size) }),
  run: async ({ size, first, second, ...whole }, { ops }) => {
    const four = await fewPixels(ops, 2, [first, second, second, first])
    const matrix = [1 / size, 0, 0, 0, 1 / size, 0, 0, 0, 1] as const
    return { image: await spread(ops, four, whole, { matrix, method: 'nearest', border: 'wrap' }) }
  },
  explain: {
    idea: 'The corners of the squares lie where one knows, to the pixel. So one can measure what a lens, a warp or a corner detector does to them.',
    formula: String.raw`I(y, x) = \begin{cases} \param{first}{A} & \lfloor x / \param{size}{s} \rfloor + \lfloor y / \param{size}{s} \rfloor \text{ even} \\ \param{second}{B} & \text{otherwise} \end{cases}`,
    reference: 'skimage.data.checkerboard; OpenCV findChessboardCorners looks for such boards.',
    code: 'y, x = np.mgrid[:{height}, :{width}]; image = np.where(((x // {size} + y // {size}) % 2 == 0)[..., np.newaxis], {first}, {second})',
  },
})
