import { defineNode } from '../../engine/graph/node.ts'
import { add, clamp, div, expr, mul, pow, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { histogramPlot } from '../histogram-plot.ts'
import { rising } from '../rising.ts'
import { tonal } from '../tonal.ts'

const level = (label: string, standard: number, help: string) =>
  param.number({ default: standard, min: -1000, max: 1000, soft: [0, 1], step: 0.005, label, help })

/** Black point, white point and middle. Image (H, W, C) in; the same shape, and its histogram before, out. */
export const levels = defineNode({
  type: 'colour/levels',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Levels',
  alias: 'skimage.exposure.rescale_intensity',
  keywords: ['black point', 'white point', 'midtones', 'gamma', 'histogram', 'stretch', 'contrast', 'tone'],
  summary: 'Sets what is black, what is white, and how light the middle is.',
  basic: true,
  inputs: { image: socket.image({ spaces: tonal }) },
  params: {
    black: level('Black', 0, 'Numbers up to this one become black.'),
    white: level('White', 1, 'Numbers from this one on become white.'),
    gamma: param.number({
      default: 1.2,
      min: 0.01,
      max: 100,
      soft: [0.2, 4],
      step: 0.01,
      label: 'Middle',
      help: 'Above 1 the middle tones become lighter, below 1 darker.',
    }),
    low: level('Darkest', 0, 'What black becomes.'),
    high: level('Lightest', 1, 'What white becomes.'),
  },
  outputs: {
    image: socket.image(),
    histogram: socket.plot({ help: 'How often each value occurs in the picture given.' }),
  },
  shape: ({ image, black, white, low, high }) => {
    rising(black, white, 'white')
    return {
      ...(image && { image: pointwiseShape([image], { range: rising(low, high) }) }),
      histogram: { kind: 'plot' },
    }
  },
  run: async ({ image, black, white, gamma, low, high }, { ops, wants }) => {
    const [from, to] = rising(black, white, 'white')
    const range = rising(low, high)
    const formula = expr((v) => {
      const part = clamp(div(sub(v, from), to - from), 0, 1)
      return add(mul(gamma === 1 ? part : pow(part, 1 / gamma), high - low), low)
    })
    return {
      image: ops.pointwise(image, { formula, range }),
      ...(wants('histogram') && { histogram: histogramPlot(ops, image) }),
    }
  },
  explain: {
    idea: 'The histogram shows which tones a picture really uses. Moving black and white to its ends spreads them over the whole range; the middle makes them lighter or darker.',
    formula: String.raw`y = \param{low}{l} + (\param{high}{h} - \param{low}{l})\;\mathrm{clip}\!\left(\frac{x - \param{black}{b}}{\param{white}{w} - \param{black}{b}},\ 0,\ 1\right)^{1 / \param{gamma}{\gamma}}`,
    reference: 'skimage.exposure.rescale_intensity, and a power; the Levels of picture editors.',
    code: 'image = {low} + ({high} - {low}) * np.clip((image - {black}) / ({white} - {black}), 0, 1) ** (1 / {gamma})',
    laws: [{ change: { gamma: 'up' }, measure: 'mean', expect: 'up' }],
  },
})
