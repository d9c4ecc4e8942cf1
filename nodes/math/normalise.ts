import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { add, clamp, div, expr, mul, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { seenColours } from '../alpha.ts'
import { quantiles } from '../quantiles.ts'
import { rising } from '../rising.ts'

const modes = ['minmax', 'percentile', 'standard'] as const
type Mode = (typeof modes)[number]

/** What becomes 0 and 1, or the mean and the deviation; the same for all channels. */
async function scaleOf(
  ops: Ops,
  image: ImageValue,
  { mode, cut }: { readonly mode: Mode; readonly cut: number },
): Promise<readonly [from: number, by: number]> {
  const seen = await seenColours(ops, image)
  if (mode === 'standard') {
    const channels = (await ops.statistics(seen, {})).filter(({ mean }) => mean !== null)
    const counts = channels.map(({ nan, infinite }) => image.width * image.height - nan - infinite)
    const total = counts.reduce((a, b) => a + b, 0)
    const average = (of: (i: number) => number): number =>
      counts.reduce((sum, count, i) => sum + count * of(i), 0) / total
    const mean = average((i) => channels[i]?.mean ?? 0)
    const variance = average((i) => (channels[i]?.std ?? 0) ** 2 + ((channels[i]?.mean ?? 0) - mean) ** 2)
    return total === 0 ? [0, 1] : [mean, Math.sqrt(variance)]
  }
  const [ends] = await quantiles(ops, seen, mode === 'minmax' ? [0, 100] : [cut, 100 - cut], 'all')
  const [low = 0, high = 0] = ends ?? []
  return [low, high - low]
}

/** Gives the numbers of a picture another range. Image (H, W, C) in, the same shape out; all channels are changed alike. */
export const normalise = defineNode({
  type: 'math/normalise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Normalise range',
  alias: 'cv2.normalize, skimage.exposure.rescale_intensity',
  keywords: ['stretch', 'contrast', 'autocontrast', 'auto levels', 'minmax', 'rescale', 'standardise', 'z-score'],
  summary: 'Stretches the numbers of the picture to a given range.',
  inputs: { image: socket.image() },
  params: {
    mode: param.choice({
      default: 'minmax',
      of: modes,
      names: {
        minmax: 'Smallest and largest',
        percentile: 'All but the extremes',
        standard: 'Mean 0, deviation 1',
      },
      label: 'Measured by',
      help: 'Leaving out the extremes keeps single bright or dark pixels from deciding for all.',
    }),
    cut: param.number({
      default: 2,
      min: 0,
      max: 49,
      soft: [0, 20],
      step: 0.5,
      unit: '%',
      label: 'Left out',
      help: 'How many of the numbers at either end are cut off.',
      when: { param: 'mode', is: ['percentile'] },
    }),
    low: param.number({
      default: 0,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'From',
      help: 'What the smallest number becomes.',
      when: { param: 'mode', is: ['minmax', 'percentile'] },
    }),
    high: param.number({
      default: 1,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'To',
      help: 'What the largest number becomes.',
      when: { param: 'mode', is: ['minmax', 'percentile'] },
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, mode, low, high }) =>
    image ? { image: pointwiseShape([image], { range: mode === 'standard' ? null : rising(low, high) }) } : {},
  run: async ({ image, mode, cut, low, high }, { ops }) => {
    const range = mode === 'standard' ? null : rising(low, high)
    const [from, by] = await scaleOf(ops, image, { mode, cut })
    // A flat picture has no range to stretch: it gets the lower end, as in OpenCV.
    const unit = (v: Parameters<typeof sub>[0]) => (by > 0 ? div(sub(v, from), by) : mul(v, 0))
    const formula = expr((v) => {
      if (range === null) return unit(v)
      const stretched = add(mul(unit(v), range[1] - range[0]), range[0])
      return clamp(stretched, range[0], range[1])
    })
    return { image: await ops.pointwise(image, { formula, range }) }
  },
  explain: {
    idea: 'The smallest number goes to one end of the new range, the largest to the other, and all others keep their places between them.',
    formula: {
      by: 'mode',
      of: {
        minmax: String.raw`y = \param{low}{a} + (\param{high}{b} - \param{low}{a})\,\frac{x - \min}{\max - \min}`,
        percentile: String.raw`y = \param{low}{a} + (\param{high}{b} - \param{low}{a})\,\mathrm{clip}\!\left(\frac{x - P_{\param{cut}{c}}}{P_{100 - c} - P_c},\ 0,\ 1\right)`,
        standard: String.raw`y = \frac{x - \mu}{\sigma}`,
      },
    },
    reference:
      'OpenCV normalize (NORM_MINMAX), skimage.exposure.rescale_intensity, numpy.percentile. NaN, infinite numbers and pixels of opacity 0 are not measured.',
    code: {
      by: 'mode',
      of: {
        minmax: 'cv2.normalize(image, None, {low}, {high}, cv2.NORM_MINMAX)',
        percentile:
          'a, b = np.percentile(image, ({cut}, 100 - {cut})); skimage.exposure.rescale_intensity(image, in_range=(a, b), out_range=({low}, {high}))',
        standard: '(image - image.mean()) / image.std()',
      },
    },
  },
})
