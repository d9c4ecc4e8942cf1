import { defineNode } from '../../engine/graph/node.ts'
import { expr, mul } from '../../engine/ops/expr.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

/** A picture as M-LSD takes it. RGB image (H, W, 3) in; tensor NHWC (1, H, W, 4) out: colours from 0 to 255, and ones. */
export const mlsdTensor = defineNode({
  type: 'feature/mlsd-tensor',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Picture for M-LSD',
  alias: 'np.dstack([image, ones])',
  keywords: ['M-LSD', 'line segments', 'preprocess', 'four channels', 'NHWC'],
  summary: 'Gives colours from 0 to 255 and a fourth channel of ones, as M-LSD was trained.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {},
  outputs: { tensor: socket.tensor({ axes: ['NHWC'] }) },
  shape: ({ image }) =>
    image ? { tensor: { kind: 'tensor', shape: [1, image.height, image.width, 4], axes: ['N', 'H', 'W', 'C'] } } : {},
  run: async ({ image }, { ops }) => {
    const scaled = await ops.pointwise(image, { formula: expr((v) => mul(v, 255)), space: 'data', range: null })
    const planes = await Promise.all([0, 1, 2].map((index) => ops.channel(scaled, { index })))
    const [red, green, blue] = planes
    if (!red || !green || !blue) throw new Error('an RGB picture has three channels')
    const { width, height } = image
    const shape = { kind: 'image', width, height, channels: 1, space: 'data', alpha: false } as const
    const ones = (await ops.fromNumbers({ shape, numbers: new Float32Array(width * height).fill(1) })) as ImageValue
    const four = await ops.merge(red, green, blue, ones, { space: 'data' })
    return { tensor: ops.toTensor(four, { axes: 'NHWC' }) }
  },
  explain: {
    idea: 'This network was trained with a fourth channel that is 1 everywhere in the picture. Without it the file does not take the tensor.',
    formula: String.raw`T_{0,y,x} = (255\,R,\ 255\,G,\ 255\,B,\ 1)`,
    reference: 'M-LSD, pred_lines in utils.py (Gu et al. 2022).',
    code: 'tensor = np.dstack([255 * image, np.ones(image.shape[:2])])[np.newaxis]',
  },
})
