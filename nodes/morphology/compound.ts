import { defineNode } from '../../engine/graph/node.ts'
import { weightedShape } from '../../engine/ops/check.ts'
import { expr, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coveredShape, filterColours, opaqueShape } from '../alpha.ts'
import { elementParams, elementWords, reachOf, repeated } from '../morphology.ts'

const operations = ['open', 'close', 'gradient', 'tophat', 'blackhat'] as const
type Operation = (typeof operations)[number]

const isDifference = (operation: Operation): boolean => operation !== 'open' && operation !== 'close'

const shapeFor = (image: ImageShape, operation: Operation): ImageShape =>
  isDifference(operation) ? coveredShape(image, weightedShape(opaqueShape(image), 0)) : image

/** Erosion and dilation put together. Image (H, W, C) float32 in; the same size out, data where it is a difference. */
export const compound = defineNode({
  type: 'morphology/compound',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Morphology',
  alias: 'cv2.morphologyEx',
  keywords: [
    ...['opening', 'closing', 'open', 'close', 'morphological gradient', 'top-hat', 'tophat', 'black-hat', 'blackhat'],
    ...['structuring element', 'erode', 'dilate', 'denoise', 'holes', 'background', 'uneven light'],
  ],
  summary: 'Opens, closes, outlines, or finds small bright or dark details.',
  inputs: { image: socket.image() },
  params: {
    operation: param.choice({
      default: 'open',
      of: operations,
      names: {
        open: 'Open: erode, then dilate',
        close: 'Close: dilate, then erode',
        gradient: 'Gradient: dilated − eroded',
        tophat: 'Top-hat: picture − opened',
        blackhat: 'Black-hat: closed − picture',
      },
      label: 'Operation',
      help: 'Opening takes bright specks away, closing dark ones; top-hat and black-hat show what they take away; the gradient shows edges.',
    }),
    ...elementParams,
  },
  outputs: { image: socket.image() },
  shape: ({ image, operation }) => (image ? { image: shapeFor(image, operation) } : {}),
  run: async ({ image, operation, ...element }, { ops }) => ({
    image: await filterColours(ops, image, 2 * reachOf(element), async (colours) => {
      const twice = async (first: 'erode' | 'dilate', second: 'erode' | 'dilate') =>
        repeated(ops, await repeated(ops, colours, first, element), second, element)
      const difference = expr((a, b) => sub(a, b))
      const data = { formula: difference, space: 'data', range: null } as const
      switch (operation) {
        case 'open':
          return twice('erode', 'dilate')
        case 'close':
          return twice('dilate', 'erode')
        case 'gradient':
          return ops.pointwise(
            await repeated(ops, colours, 'dilate', element),
            await repeated(ops, colours, 'erode', element),
            data,
          )
        case 'tophat':
          return ops.pointwise(colours, await twice('erode', 'dilate'), data)
        case 'blackhat':
          return ops.pointwise(await twice('dilate', 'erode'), colours, data)
      }
    }),
  }),
  explain: {
    idea: 'What an erosion takes away and a dilation cannot bring back is smaller than the element. Opening keeps everything else as it was; closing does the same with dark details.',
    formula: {
      by: 'operation',
      of: {
        open: String.raw`I' = (I \ominus E) \oplus E, \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
        close: String.raw`I' = (I \oplus E) \ominus E, \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
        gradient: String.raw`I' = (I \oplus E) - (I \ominus E), \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
        tophat: String.raw`I' = I - \bigl((I \ominus E) \oplus E\bigr), \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
        blackhat: String.raw`I' = \bigl((I \oplus E) \ominus E\bigr) - I, \qquad E\colon\ \param{size}{s} \times \param{size}{s}`,
      },
    },
    reference:
      'OpenCV morphologyEx; what lies outside the picture does not count. Serra, "Image Analysis and Mathematical Morphology", 1982.',
    code: 'cv2.morphologyEx(image, {operation}, cv2.getStructuringElement({form}, ({size}, {size})), iterations={iterations})',
    words: {
      ...elementWords,
      operation: {
        open: 'cv2.MORPH_OPEN',
        close: 'cv2.MORPH_CLOSE',
        gradient: 'cv2.MORPH_GRADIENT',
        tophat: 'cv2.MORPH_TOPHAT',
        blackhat: 'cv2.MORPH_BLACKHAT',
      },
    },
  },
})
