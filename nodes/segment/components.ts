import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * Numbers the connected parts of what is not 0. Mask or gray image (H, W, 1) in; label map (H, W), 0 background, 1, 2, … in the order
 * of their first pixels row by row, and their count out.
 */
export const components = defineNode({
  type: 'segment/components',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Connected components',
  alias: 'cv2.connectedComponents',
  keywords: [
    'remove small objects',
    'area opening',
    'blob',
    'label',
    'labelling',
    'region',
    'island',
    'count objects',
    'flood',
    'scipy.ndimage.label',
  ],
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
    area: param.integer({
      default: 1,
      min: 1,
      max: 2 ** 31 - 1,
      soft: [1, 500],
      label: 'Minimum area',
      help: 'In pixels. Smaller parts become background, and the others are numbered without gaps.',
    }),
  },
  outputs: { labels: socket.labelmap(), count: socket.number() },
  shape: ({ image }) => ({
    ...(image && { labels: { kind: 'labelmap', height: image.height, width: image.width } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, connectivity, area }, { ops }) => {
    const { labels, count } = await ops.components(image, { connectivity: connectivity === '4' ? 4 : 8, area })
    const { height, width } = image
    return {
      labels: { kind: 'labelmap', height, width, names: ['background'], labels },
      count: { kind: 'number', value: count },
    }
  },
  explain: {
    idea: 'Pixels that touch and are not 0 belong together, and so do all that can be reached from them. Each such island gets a number; how many there are is how many things were found. Islands of a few pixels are often noise: a minimum area leaves them out.',
    formula: String.raw`p \sim q \iff \text{a path of neighbours joins them}, \quad L(p) = L(q) \iff p \sim q`,
    reference: 'OpenCV connectedComponentsWithStats (it numbers in another order); Rosenfeld and Pfaltz 1966.',
    words: { connectivity: { 4: '4', 8: '8' } },
    code: 'count, labels, stats, _ = cv2.connectedComponentsWithStats((image != 0).astype(np.uint8), connectivity={connectivity}); small = stats[:, cv2.CC_STAT_AREA] < {area}; labels[small[labels]] = 0; count = np.sum(~small[1:])',
  },
})
