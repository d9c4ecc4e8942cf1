import { defineNode } from '../../engine/graph/node.ts'
import { abs, add, expr, less, mul, select, sub } from '../../engine/ops/expr.ts'
import { gaussianTaps } from '../../engine/ops/separable/gaussian.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

/** Adds the difference from a blur. Image (H, W, C) float32 in, the same shape out, not clipped. */
export const unsharpMask = defineNode({
  type: 'filter/unsharp-mask',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Unsharp mask',
  alias: 'skimage.filters.unsharp_mask',
  keywords: ['sharpen', 'crisp', 'USM', 'detail', 'local contrast', 'clarity'],
  summary: 'Sharpens by as much, and at as wide edges, as you choose.',
  inputs: { image: socket.image() },
  params: {
    sigma: param.number({
      default: 2,
      min: 0,
      max: 64,
      soft: [0, 16],
      step: 0.1,
      unit: 'px',
      label: 'Sigma',
      help: 'Of the blur: small for fine detail, large for local contrast.',
    }),
    amount: param.number({
      default: 1,
      min: -1,
      max: 20,
      soft: [0, 3],
      step: 0.05,
      label: 'Amount',
      help: 'How much of the difference is added. 0 changes nothing, -1 gives the blur. Values may leave 0 to 1.',
    }),
    threshold: param.number({
      default: 0,
      min: 0,
      max: 1000,
      soft: [0, 0.2],
      step: 0.005,
      label: 'Threshold',
      help: 'Smaller differences, such as noise, are left alone.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, sigma, amount, threshold, border }, { ops }) => {
    const taps = gaussianTaps(sigma)
    return {
      image: await filterColours(ops, image, taps.length >> 1, async (colours) => {
        const blurred = await ops.separable(colours, { x: taps, y: taps, border })
        const formula = expr((v, smooth) => {
          const detail = sub(v, smooth)
          return add(v, mul(amount, select(less(abs(detail), threshold), 0, detail)))
        })
        return ops.pointwise(colours, blurred, { formula })
      }),
    }
  },
  explain: {
    idea: 'A picture minus its blur is its detail. Added once more, edges get steeper, with a dark and a bright seam. In the darkroom the blur was a real mask, hence the name.',
    formula: String.raw`I' = I + \param{amount}{a}\,(I - G_\sigma * I), \qquad \sigma = \param{sigma}{\sigma}, \quad |I - G_\sigma * I| \ge \param{threshold}{t}`,
    reference: 'skimage.filters.unsharp_mask (which clips, and has no threshold); OpenCV GaussianBlur.',
    code: 'sigma = {sigma}; {border:first}detail = image - (cv2.GaussianBlur(image, (0, 0), sigma{border}) if sigma else image); image = (image + {amount} * np.where(abs(detail) < {threshold}, 0, detail)){border:crop}',
    words: borderWords,
    laws: [
      { change: { amount: 'up' }, measure: 'edgeEnergy', expect: 'up' },
      { change: { amount: 'up' }, measure: 'mean', expect: 'same' },
    ],
  },
})
