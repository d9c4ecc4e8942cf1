import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { expr, greater, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue, MaskValue, PlotValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque, seenColours } from '../alpha.ts'
import { histogramsOf } from '../histogram-plot.ts'
import { sizedMask } from '../mask-of.ts'
import { rising } from '../rising.ts'

/** The picture, infinite outside of the mask, so that it does not count there. */
async function masked(ops: Ops, image: ImageValue, mask: MaskValue): Promise<ImageValue> {
  const inside = await sizedMask(ops, mask, image)
  const formula = expr((v, m) => select(greater(m, 0.5), v, Infinity))
  return ops.pointwise(await seenColours(ops, image), inside, { formula, range: null })
}

/** Counts, or shares of all that are counted, each by itself or with all before it. */
function scaled(
  series: PlotValue['series'],
  { as, sums }: { as: 'count' | 'share'; sums: boolean },
): PlotValue['series'] {
  return series.map(({ name, values }) => {
    const total =
      as === 'share'
        ? Math.max(
            1,
            values.reduce((a, b) => a + b, 0),
          )
        : 1
    let sum = 0
    return {
      name,
      values: values.map((count) => {
        sum += count
        return (sums ? sum : count) / total
      }),
    }
  })
}

/** How often each value occurs. Image (H, W, C) and perhaps a mask in; a plot with a curve for each channel out. */
export const histogram = defineNode({
  type: 'measure/histogram',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Histogram',
  alias: 'cv2.calcHist',
  keywords: ['distribution', 'counts', 'bins', 'cumulative', 'cdf', 'tones', 'frequency', 'plot'],
  summary: 'Counts how often each value occurs, for each channel, within a mask if you like.',
  basic: true,
  inputs: {
    image: socket.image(),
    mask: socket.mask({ optional: true, help: 'Only pixels where it is above one half count.' }),
  },
  params: {
    bins: param.integer({
      default: 256,
      min: 2,
      max: 4096,
      soft: [16, 256],
      label: 'Bars',
      help: 'Into how many equal steps the range is cut.',
    }),
    low: param.number({
      default: 0,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'From',
      help: 'Smaller numbers are not counted.',
    }),
    high: param.number({
      default: 1,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'To',
      help: 'Larger numbers are not counted; this one belongs to the last bar.',
    }),
    as: param.choice({
      default: 'count',
      of: ['count', 'share'],
      names: { count: 'Pixels', share: 'Share of the pixels' },
      label: 'Shown as',
      help: 'Shares make pictures of different sizes comparable.',
    }),
    sums: param.boolean({
      default: false,
      label: 'Added up',
      help: 'Each bar counts those before it too: how many pixels are at most so light.',
    }),
  },
  outputs: { histogram: socket.plot() },
  shape: ({ low, high }) => {
    rising(low, high)
    return { histogram: { kind: 'plot' } }
  },
  run: async ({ image, mask, bins, low, high, as, sums }, { ops }) => {
    const given = mask ? await masked(ops, await opaque(ops, image), mask) : image
    const range = rising(low, high)
    const series = scaled(await histogramsOf(ops, given, bins, range), { as, sums })
    return { histogram: { kind: 'plot', x: { label: 'Value', range }, series } }
  },
  explain: {
    idea: 'The range is cut into equal steps, and the pixels in each are counted. Where they lie tells whether a picture is dark or light, flat or rich in contrast; not where in the picture.',
    formula: String.raw`h(k) = \#\left\{p : \left\lfloor \param{bins}{n}\,\frac{I(p) - \param{low}{a}}{\param{high}{b} - \param{low}{a}} \right\rfloor = k\right\}`,
    reference:
      'numpy.histogram; OpenCV calcHist leaves out the upper end. NaN, infinite numbers and pixels of opacity 0 do not count.',
    code: 'histogram = np.stack([np.histogram(c, {bins}, ({low}, {high}))[0] for c in cv2.split(image)])',
  },
})
