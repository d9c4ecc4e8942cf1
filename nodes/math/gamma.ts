import { defineNode } from '../../engine/graph/node.ts'
import { expr, max, mul, pow } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/** A power of every number: gain · max(v, 0)^gamma. Image (H, W, C) in, the same shape out. */
export const gamma = defineNode({
  type: 'math/gamma',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Gamma',
  alias: 'skimage.exposure.adjust_gamma',
  keywords: ['power law', 'brightness', 'midtones', 'darken', 'lighten', 'exponent', 'correction', 'tone'],
  summary: 'Makes the middle tones lighter or darker; black and white stay.',
  inputs: { image: socket.image() },
  params: {
    gamma: param.number({
      default: 0.7,
      min: 0,
      max: 20,
      soft: [0.2, 4],
      step: 0.01,
      label: 'Gamma',
      help: 'The exponent: below 1 the picture becomes lighter, above 1 darker.',
    }),
    gain: param.number({
      default: 1,
      min: 0,
      max: 1000,
      soft: [0, 2],
      step: 0.01,
      label: 'Gain',
      help: 'What the result is multiplied by.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, gain }) => (image ? { image: pointwiseShape([image], gain > 1 ? { range: null } : {}) } : {}),
  run: async ({ image, gamma, gain }, { ops }) => ({
    image: await ops.pointwise(image, {
      formula: expr((v) => mul(pow(max(v, 0), gamma), gain)),
      ...(gain > 1 && { range: null }),
    }),
  }),
  explain: {
    idea: 'Each number is raised to a power. 0 stays 0 and 1 stays 1, so black and white do not change, and what lies between moves towards one of them.',
    formula: String.raw`y = \param{gain}{k}\,\max(x, 0)^{\param{gamma}{\gamma}}`,
    reference: 'skimage.exposure.adjust_gamma, which refuses negative numbers; here they count as 0.',
    code: 'skimage.exposure.adjust_gamma(image, gamma={gamma}, gain={gain})',
    laws: [{ change: { gamma: 'up' }, measure: 'mean', expect: 'down' }],
  },
})
