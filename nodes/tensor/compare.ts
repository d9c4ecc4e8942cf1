import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { abs, expr, max, mul, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coverOf, opaqueShape, premultiplied } from '../alpha.ts'

/** DBL_EPSILON, which cv2.PSNR adds so that equal pictures have a finite value. */
const epsilon = 2 ** -52

const difference = expr((a, b) => abs(sub(a, b)))
const squared = expr((a) => mul(a, a))

const larger = expr((a, b) => max(a, b))
const missing = expr((a) => abs(sub(1, a)))

/** How far the opacities are apart; undefined where neither picture has one. */
async function coversApart(ops: Ops, image: ImageValue, other: ImageValue): Promise<ImageValue | undefined> {
  const covers = await Promise.all([image, other].filter(({ alpha }) => alpha).map((one) => coverOf(ops, one)))
  const [first, second] = covers
  if (!first) return undefined
  return second ? ops.pointwise(first, second, { formula: difference }) : ops.pointwise(first, { formula: missing })
}

/**
 * |a − b| of what is seen: colours times opacity, so that hidden ones make no difference, and where the opacities are further
 * apart than the colours, those.
 */
async function seenApart(ops: Ops, image: ImageValue, other: ImageValue): Promise<ImageValue> {
  const [a, b] = await Promise.all([premultiplied(ops, image), premultiplied(ops, other)])
  const apart = await ops.pointwise(a, b, { formula: difference })
  const covers = await coversApart(ops, image, other)
  return covers ? ops.pointwise(apart, covers, { formula: larger }) : apart
}

/** NumPy's mean and maximum of differences that are not all finite: NaN, or ∞ where there is no NaN. */
function brokenOf(channels: readonly { readonly nan: number; readonly infinite: number }[]): number | undefined {
  if (channels.some(({ nan }) => nan > 0)) return Number.NaN
  return channels.some(({ infinite }) => infinite > 0) ? Infinity : undefined
}

/** How much two pictures of one size differ. Images (H, W, C) float32 in; |a − b| (H, W, C) and three numbers out. */
export const compare = defineNode({
  type: 'tensor/compare',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Compare',
  alias: 'cv2.PSNR, cv2.absdiff',
  keywords: ['difference', 'mse', 'psnr', 'error', 'quality', 'distance', 'metric', 'loss', 'equal'],
  summary: 'Shows where two pictures differ, and by how much.',
  basic: true,
  inputs: { image: socket.image(), other: socket.image({ help: 'The picture to compare with, of the same size.' }) },
  params: {
    peak: param.number({
      default: 1,
      min: 1e-6,
      max: 1e6,
      soft: [0.1, 1],
      label: 'Peak',
      help: 'The largest value that the pictures can have, for PSNR. 1 for pictures, 100 for the lightness of Lab.',
    }),
  },
  outputs: {
    difference: socket.image({
      help: 'The distance of every number, without sign. Of pictures with opacity, that of what is seen: colours times opacity, or the opacities themselves where those are further apart.',
    }),
    psnr: socket.number({
      help: 'Peak signal-to-noise ratio in decibels: above 40 hardly visible, equal pictures about 313.',
    }),
    mse: socket.number({ help: 'Mean of the squared differences.' }),
    maximum: socket.number({ help: 'The largest difference.' }),
  },
  shape: ({ image, other }) => ({
    ...(image && other && { difference: pointwiseShape([opaqueShape(image), opaqueShape(other)], {}) }),
    psnr: { kind: 'number' },
    mse: { kind: 'number' },
    maximum: { kind: 'number' },
  }),
  run: async ({ image, other, peak }, { ops }) => {
    const apart = await seenApart(ops, image, other)
    const squaresOf = ops.pointwise(apart, { formula: squared, range: null })
    const [extents, squares] = await Promise.all([
      ops.statistics(apart, {}),
      squaresOf.then((values) => ops.statistics(values, {})),
    ])
    // Statistics leave out what is not finite: a single NaN must not make two pictures look equal.
    const broken = brokenOf(extents)
    const mse = broken ?? squares.reduce((sum, { mean }) => sum + (mean ?? Number.NaN), 0) / squares.length
    const maximum = broken ?? extents.reduce((most, { max }) => Math.max(most, max ?? Number.NaN), 0)
    return {
      difference: apart,
      psnr: { kind: 'number', value: 20 * Math.log10(peak / (Math.sqrt(mse) + epsilon)) },
      mse: { kind: 'number', value: mse },
      maximum: { kind: 'number', value: maximum },
    }
  },
  explain: {
    idea: 'The two are laid over each other and subtracted. One number for the whole: the average squared difference, or, counted in decibels against the brightest value, PSNR.',
    formula: String.raw`\mathrm{MSE} = \frac{1}{N} \sum_p \bigl(I(p) - J(p)\bigr)^2, \qquad \mathrm{PSNR} = 20 \log_{10} \frac{\param{peak}{R}}{\sqrt{\mathrm{MSE}}}`,
    reference: 'OpenCV PSNR and absdiff; skimage.metrics.peak_signal_noise_ratio.',
    code: 'cv2.PSNR(image, other, R={peak}); np.abs(image - other)',
  },
})
