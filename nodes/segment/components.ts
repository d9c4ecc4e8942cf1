import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * Numbers the connected parts of what is not 0. Mask or gray image (H, W, 1) in; label map (H, W), 0 background, 1, 2, … in the order
 * of their first pixels row by row, and their count out. At most 2^24 parts.
 */
export const components = defineNode({
  type: 'segment/components',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Connected components',
  alias: 'cv2.connectedComponents',
  keywords: ['blob', 'label', 'labelling', 'region', 'island', 'count objects', 'flood', 'scipy.ndimage.label'],
  summary: 'Gives each connected part of a mask a number of its own, and counts them.',
  inputs: {
    image: socket.image({
      channels: [1],
      help: 'A mask, or a picture after a threshold: all that is not 0 belongs to a part.',
    }),
  },
  params: {
    connectivity: param.choice({
      default: '8',
      of: ['4', '8'],
      names: { '4': '4: sides only', '8': '8: corners too' },
      label: 'Connectivity',
      help: 'Whether pixels that touch at a corner are connected.',
    }),
  },
  outputs: { labels: socket.labelmap(), count: socket.number() },
  shape: ({ image }) => ({
    ...(image && { labels: { kind: 'labelmap', height: image.height, width: image.width } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, connectivity }, { ops }) => {
    const { labels, count } = await ops.components(image, { connectivity: connectivity === '4' ? 4 : 8 })
    const { height, width } = image
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const numbers = (await ops.fromNumbers({ shape, numbers: await ops.read(labels, {}) })) as TensorValue
    return {
      labels: { kind: 'labelmap', height, width, names: ['background'], labels: numbers },
      count: { kind: 'number', value: count },
    }
  },
  explain: {
    idea: 'Pixels that touch and are not 0 belong together, and so do all that can be reached from them. Each such island gets a number; how many there are is how many things were found.',
    formula: String.raw`p \sim q \iff \text{a path of neighbours joins them}, \quad L(p) = L(q) \iff p \sim q`,
    reference: 'OpenCV connectedComponents (it numbers in another order); Rosenfeld and Pfaltz 1966.',
    code: 'count, labels = cv2.connectedComponents((image != 0).astype(np.uint8), connectivity={connectivity})',
  },
})
