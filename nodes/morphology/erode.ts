import { defineNode } from '../../engine/graph/node.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { elementParams, elementWords, reachOf, repeated } from '../morphology.ts'

/** The smallest number under a structuring element. Image (H, W, C) float32 in, the same shape out. */
export const erode = defineNode({
  type: 'morphology/erode',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Erode',
  alias: 'cv2.erode',
  keywords: ['morphology', 'structuring element', 'shrink', 'minimum filter', 'min', 'thin', 'mask'],
  summary: 'Shrinks what is bright: each pixel becomes the darkest of its neighbourhood.',
  inputs: { image: socket.image() },
  params: elementParams,
  outputs: { image: socket.image().like('image') },
  run: async ({ image, ...element }, { ops }) => ({
    image: await filterColours(ops, image, reachOf(element), (colours) => repeated(ops, colours, 'erode', element)),
  }),
  explain: {
    idea: 'A bright region loses its outermost pixels, because somewhere in their neighbourhood it is dark. Bright specks smaller than the element vanish, and dark gaps grow.',
    formula: String.raw`I'(y, x) = \min_{(i, j) \in E} I(y + i,\ x + j), \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
    reference:
      'OpenCV erode; what lies outside the picture does not count. Serra, "Image Analysis and Mathematical Morphology", 1982.',
    code: 'cv2.erode(image, cv2.getStructuringElement({form}, ({size}, {size})), iterations={iterations})',
    words: elementWords,
    laws: [{ change: { size: 'up' }, measure: 'mean', expect: 'down' }],
  },
})
