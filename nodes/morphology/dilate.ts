import { defineNode } from '../../engine/graph/node.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { elementParams, elementWords, reachOf, repeated } from '../morphology.ts'

/** The largest number under a structuring element. Image (H, W, C) float32 in, the same shape out. */
export const dilate = defineNode({
  type: 'morphology/dilate',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Dilate',
  alias: 'cv2.dilate',
  keywords: ['morphology', 'structuring element', 'grow', 'expand', 'maximum filter', 'max', 'thicken', 'mask'],
  summary: 'Grows what is bright: each pixel becomes the brightest of its neighbourhood.',
  inputs: { image: socket.image() },
  params: elementParams,
  outputs: { image: socket.image().like('image') },
  run: async ({ image, ...element }, { ops }) => ({
    image: await filterColours(ops, image, reachOf(element), (colours) => repeated(ops, colours, 'dilate', element)),
  }),
  explain: {
    idea: 'A bright region gains all pixels that have it in their neighbourhood. Dark gaps smaller than the element close, and bright specks grow.',
    formula: String.raw`I'(y, x) = \max_{(i, j) \in E} I(y + i,\ x + j), \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
    reference:
      'OpenCV dilate; what lies outside the picture does not count. Serra, "Image Analysis and Mathematical Morphology", 1982.',
    code: 'cv2.dilate(image, cv2.getStructuringElement({form}, ({size}, {size})), iterations={iterations})',
    words: elementWords,
    laws: [{ change: { size: 'up' }, measure: 'mean', expect: 'up' }],
  },
})
