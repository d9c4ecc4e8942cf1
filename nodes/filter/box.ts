import { defineNode } from '../../engine/graph/node.ts'
import { weightedShape } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen, coveredShape, filterColours, opaqueShape } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

const side = (label: string, help: string) =>
  param.integer({ default: 5, min: 1, max: 511, soft: [1, 63], step: 2, odd: true, unit: 'px', label, help })

/** The average, or the sum, of a rectangle around each pixel. Image (H, W, C) float32 in; the same size out, data if it is a sum. */
export const boxFilter = defineNode({
  type: 'filter/box',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Box blur',
  alias: 'cv2.blur',
  keywords: ['boxFilter', 'mean filter', 'average', 'smooth', 'sum', 'uniform filter', 'moving average'],
  summary: 'Replaces each pixel by the plain average of a rectangle around it.',
  inputs: { image: socket.image() },
  params: {
    width: side('Width', 'Of the rectangle, odd.'),
    height: side('Height', 'Of the rectangle, odd. 1 × 1 changes nothing.'),
    normalise: param.boolean({
      default: true,
      label: 'Average',
      help: 'Off: the plain sum, as a step of other filters.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image() },
  shape: ({ image, width, height, normalise }) => {
    if (!image) return {}
    const sum = normalise ? 1 : width * height
    return { image: coveredShape(image, weightedShape(opaqueShape(image), sum)) }
  },
  run: async ({ image, width, height, normalise, border }, { ops }) => {
    const window = { width, height, normalise, border }
    if (!normalise)
      return {
        image: await filterColours(ops, image, Math.max(width, height) >> 1, (colours) => ops.box(colours, window)),
      }
    return {
      image: await averageSeen(ops, image, (picture: ImageValue, value) => ops.box(picture, { ...window, value })),
    }
  },
  explain: {
    idea: 'All pixels of the rectangle count the same. It is the fastest blur there is, because the next sum differs from the last by one column; but its sharp rim shows as squares around bright points.',
    formula: {
      by: 'normalise',
      of: {
        true: String.raw`I'(y, x) = \frac{1}{\param{width}{w} \cdot \param{height}{h}} \sum_{|i| \le h/2,\ |j| \le w/2} I(y + i,\ x + j)`,
        false: String.raw`I'(y, x) = \sum_{|i| \le \param{height}{h}/2,\ |j| \le \param{width}{w}/2} I(y + i,\ x + j)`,
      },
    },
    reference: 'OpenCV boxFilter and blur; chapter 6.1.',
    code: {
      by: 'normalise',
      of: {
        true: '{border:first}cv2.blur(image, ({width}, {height}){border}){border:crop}',
        false: '{border:first}cv2.boxFilter(image, -1, ({width}, {height}), normalize=False{border}){border:crop}',
      },
    },
    words: borderWords,
    laws: [
      { change: { width: 'up' }, measure: 'edgeEnergy', expect: 'down' },
      { change: { width: 'up' }, measure: 'mean', expect: 'same' },
    ],
  },
})
