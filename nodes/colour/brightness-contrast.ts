import { defineNode } from '../../engine/graph/node.ts'
import { add, clamp, expr, mul } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { tonal } from '../tonal.ts'

/** Brightness and contrast: contrast · (v − ½) + ½ + brightness. Image (H, W, C) in, the same shape out. */
export const brightnessContrast = defineNode({
  type: 'colour/brightness-contrast',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Brightness and contrast',
  alias: 'cv2.convertScaleAbs',
  keywords: ['lighten', 'darken', 'light', 'gain', 'bias', 'tone', 'ImageEnhance', 'ColorJitter', 'augment'],
  summary: 'Makes the picture lighter or darker, and its differences larger or smaller.',
  basic: true,
  inputs: { image: socket.image({ spaces: tonal }) },
  params: {
    brightness: param.number({
      default: 0,
      min: -10,
      max: 10,
      soft: [-1, 1],
      step: 0.01,
      label: 'Brightness',
      help: 'Added to every number: 0 changes nothing, 1 makes black white.',
    }),
    contrast: param.number({
      default: 1.2,
      min: 0,
      max: 100,
      soft: [0, 3],
      step: 0.01,
      label: 'Contrast',
      help: 'How far numbers are from the middle gray: 1 changes nothing, 0 leaves an even gray.',
    }),
    clip: param.boolean({
      default: true,
      label: 'Keep within 0 to 1',
      help: 'As pictures of whole numbers do by themselves. Off: negative numbers and those above 1 are kept.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, clip }) => (image ? { image: pointwiseShape([image], { range: clip ? [0, 1] : null }) } : {}),
  run: async ({ image, brightness, contrast, clip }, { ops }) => {
    const formula = expr((v) => {
      const result = add(mul(v, contrast), 0.5 - 0.5 * contrast + brightness)
      return clip ? clamp(result, 0, 1) : result
    })
    return { image: await ops.pointwise(image, { formula, range: clip ? [0, 1] : null }) }
  },
  explain: {
    idea: 'One straight line for all numbers. Brightness moves the line up or down, contrast makes it steeper, turning about the middle gray.',
    formula: String.raw`y = \param{contrast}{c}\,(x - \tfrac12) + \tfrac12 + \param{brightness}{b}`,
    reference:
      'OpenCV convertScaleAbs and Mat.convertTo: α is the contrast, β = ½ − ½ α + brightness. Image enhancement, chapter 6.1.',
    code: {
      by: 'clip',
      of: {
        true: 'np.clip({contrast} * (image - 0.5) + 0.5 + {brightness}, 0, 1)',
        false: '{contrast} * (image - 0.5) + 0.5 + {brightness}',
      },
    },
    laws: [
      { change: { brightness: 'up' }, measure: 'mean', expect: 'up' },
      { change: { contrast: 'up' }, measure: 'variance', expect: 'up' },
    ],
  },
})
