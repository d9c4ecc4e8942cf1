import { defineNode } from '../../engine/graph/node.ts'
import { clamp, expr } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { rising } from '../rising.ts'

/** Keeps numbers within two bounds. Image (H, W, C) in, the same shape with that range out. NaN stays NaN. */
export const clip = defineNode({
  type: 'math/clip',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Clip',
  alias: 'np.clip',
  keywords: ['clamp', 'saturate', 'limit', 'bounds', 'range', 'cut off', 'minimum', 'maximum'],
  summary: 'Keeps every number between a lower and an upper bound.',
  inputs: { image: socket.image() },
  params: {
    low: param.number({
      default: 0,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.01,
      label: 'From',
      help: 'Smaller numbers become this one.',
    }),
    high: param.number({
      default: 1,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.01,
      label: 'To',
      help: 'Larger numbers become this one.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, low, high }) => (image ? { image: pointwiseShape([image], { range: rising(low, high) }) } : {}),
  run: async ({ image, low, high }, { ops }) => ({
    image: await ops.pointwise(image, { formula: expr((v) => clamp(v, low, high)), range: rising(low, high) }),
  }),
  explain: {
    idea: 'Numbers below the lower bound become the bound itself, those above the upper one too; all others stay. So 8-bit pictures behave by themselves.',
    formula: String.raw`y = \min(\max(x,\ \param{low}{a}),\ \param{high}{b})`,
    reference: 'numpy.clip: NaN stays NaN.',
    code: 'np.clip(image, {low}, {high})',
  },
})
