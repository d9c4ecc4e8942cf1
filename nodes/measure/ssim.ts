import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { add, div, expr, mul, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaqueShape, premultiplied } from '../alpha.ts'

const windows = ['uniform', 'gaussian'] as const

interface Given {
  readonly window: (typeof windows)[number]
  readonly peak: number
}

/** The weights of the window along one axis: 7 equal ones, or 11 of a Gaussian of 1.5. */
function tapsOf(window: Given['window']): readonly number[] {
  if (window === 'uniform') return new Array<number>(7).fill(1 / 7)
  const weights = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

const shapeFor = (image: ImageShape, other: ImageShape): ImageShape =>
  pointwiseShape([opaqueShape(image), opaqueShape(other)], { range: [-1, 1], space: 'data' })

/** Without the rim that the window does not fill; all of it where nothing would be left. */
function inner(ops: Ops, map: ImageValue, window: Given['window']): Promise<ImageValue> | ImageValue {
  const rim = (tapsOf(window).length - 1) / 2
  const [width, height] = [map.width - 2 * rim, map.height - 2 * rim]
  return width > 0 && height > 0 ? ops.crop(map, { x: rim, y: rim, width, height }) : map
}

async function ssimMap(ops: Ops, a: ImageValue, b: ImageValue, { window, peak }: Given): Promise<ImageValue> {
  const taps = tapsOf(window)
  const mean = (image: ImageValue): Promise<ImageValue> => ops.separable(image, { x: taps, y: taps, border: 'reflect' })
  const product = (x: ImageValue, y: ImageValue): Promise<ImageValue> =>
    ops.pointwise(x, y, { formula: expr((p, q) => mul(p, q)), range: null })
  const [ma, mb] = await Promise.all([mean(a), mean(b)])
  const [aa, bb, ab] = await Promise.all(
    [product(a, a), product(b, b), product(a, b)].map(async (of) => mean(await of)),
  )
  if (!aa || !bb || !ab) throw new Error('three products')
  // The variance of a sample, by n − 1, of equal weights; Wang's is that of the window itself.
  const sample = window === 'uniform' ? 49 / 48 : 1
  const [c1, c2] = [(0.01 * peak) ** 2, (0.03 * peak) ** 2]
  const numerator = expr((x, y, xy) => mul(add(mul(mul(x, y), 2), c1), add(mul(sub(xy, mul(x, y)), 2 * sample), c2)))
  const denominator = expr((x, y, xx, yy) => {
    const [x2, y2] = [mul(x, x), mul(y, y)]
    return mul(add(add(x2, y2), c1), add(mul(add(sub(xx, x2), sub(yy, y2)), sample), c2))
  })
  const over = await ops.pointwise(ma, mb, ab, { formula: numerator, space: 'data', range: null })
  const under = await ops.pointwise(ma, mb, aa, bb, { formula: denominator, space: 'data', range: null })
  return ops.pointwise(over, under, { formula: expr((p, q) => div(p, q)), range: [-1, 1] })
}

/** How alike two pictures are in structure. Images (H, W, C) in; the similarity of every place (H, W, C), and its mean, out. */
export const ssim = defineNode({
  type: 'measure/ssim',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'SSIM',
  alias: 'skimage.metrics.structural_similarity',
  keywords: ['structural similarity', 'quality', 'metric', 'compare', 'psnr', 'distortion', 'compression', 'map'],
  summary: 'Says how alike two pictures look, place by place, by structure.',
  inputs: { image: socket.image(), other: socket.image({ help: 'The picture to compare with, of the same size.' }) },
  params: {
    window: param.choice({
      default: 'uniform',
      of: windows,
      names: { uniform: 'Square of 7 (scikit-image)', gaussian: 'Gaussian of 1.5 (Wang et al.)' },
      label: 'Window',
      help: 'Papers mean the Gaussian one, scikit-image the square by default: the numbers differ, so say which.',
    }),
    peak: param.number({
      default: 1,
      min: 1e-6,
      max: 1e6,
      soft: [0.1, 1],
      label: 'Peak',
      help: 'The range that the numbers can have: 1 for pictures from 0 to 1.',
    }),
  },
  outputs: {
    map: socket.image({ help: '1 where both are the same, 0 where nothing agrees, less where one is the reverse.' }),
    ssim: socket.number({
      help: 'Its mean, without the rim that the window does not fill (of smaller pictures all of it), over all channels.',
    }),
  },
  shape: ({ image, other }) => ({
    ...(image && other && { map: shapeFor(image, other) }),
    ssim: { kind: 'number' },
  }),
  run: async ({ image, other, ...given }, { ops }) => {
    shapeFor(image, other)
    const [a, b] = await Promise.all([premultiplied(ops, image), premultiplied(ops, other)])
    const map = await ssimMap(ops, a, b, given)
    const channels = await ops.statistics(await inner(ops, map, given.window), {})
    const broken = channels.some(({ nan, infinite }) => nan + infinite > 0)
    const mean = channels.reduce((sum, channel) => sum + (channel.mean ?? Number.NaN), 0) / channels.length
    return { map, ssim: { kind: 'number', value: broken ? Number.NaN : mean } }
  },
  explain: {
    idea: 'Around each pixel three things are compared: how light it is, how strong the contrast, and whether both go up and down together. A blur is punished, a change of brightness hardly.',
    formula: String.raw`\mathrm{SSIM} = \frac{(2 \mu_a \mu_b + C_1)(2 \sigma_{ab} + C_2)}{(\mu_a^2 + \mu_b^2 + C_1)(\sigma_a^2 + \sigma_b^2 + C_2)}, \qquad C_1 = (0.01\,\param{peak}{L})^2,\ C_2 = (0.03\,\param{peak}{L})^2`,
    reference:
      'Z. Wang et al., Image quality assessment: from error visibility to structural similarity, 2004; skimage.metrics.structural_similarity. Of pictures with opacity, what is seen is compared.',
    code: {
      by: 'window',
      of: {
        uniform:
          'ssim, map = skimage.metrics.structural_similarity(image, other, data_range={peak}, channel_axis=-1, full=True)',
        gaussian:
          'ssim, map = skimage.metrics.structural_similarity(image, other, data_range={peak}, channel_axis=-1, full=True, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)',
      },
    },
  },
})
