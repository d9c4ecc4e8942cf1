import { defineNode } from '../../engine/graph/node.ts'
import { expr, sub } from '../../engine/ops/expr.ts'
import { gaussianTaps } from '../../engine/ops/separable/gaussian.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { asData, dataShape } from '../derivatives.ts'

const sigma = (value: number, label: string, help: string) =>
  param.number({ default: value, min: 0, max: 64, soft: [0, 16], step: 0.1, unit: 'px', label, help })

/** A Gaussian blur minus a wider one. Image (H, W, C) float32 in; the same size of data out. */
export const differenceOfGaussians = defineNode({
  type: 'filter/difference-of-gaussians',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Difference of Gaussians',
  alias: 'skimage.filters.difference_of_gaussians',
  keywords: ['DoG', 'band pass', 'bandpass', 'blob', 'SIFT', 'scale space', 'retina', 'detail'],
  summary: 'Keeps details of one size: a blur minus a wider blur.',
  inputs: { image: socket.image() },
  params: {
    low: sigma(1, 'Narrow sigma', 'Of the first Gaussian: finer details fade. 0 keeps them.'),
    high: sigma(
      1.6,
      'Wide sigma',
      'Of the second Gaussian: coarser structures are taken away. 1.6 times the first one is close to a Laplacian.',
    ),
    border: borderParam,
  },
  outputs: { image: socket.image({ spaces: ['data'], range: null }) },
  shape: ({ image }) => (image ? { image: dataShape(image) } : {}),
  run: async ({ image, low, high, border }, { ops }) => {
    const [a, b] = [gaussianTaps(low), gaussianTaps(high)]
    return {
      image: await filterColours(ops, image, Math.max(a.length, b.length) >> 1, async (colours) =>
        ops.pointwise(
          await ops.separable(colours, { x: a, y: a, border }),
          await ops.separable(colours, { x: b, y: b, border }),
          { formula: expr((narrow, wide) => sub(narrow, wide)), ...asData },
        ),
      ),
    }
  },
  explain: {
    idea: 'What a blur still shows and a wider blur no longer does lies between both sizes. Cells of the retina compute something like it, and SIFT finds its points in it.',
    formula: String.raw`I' = G_{\sigma_1} * I - G_{\sigma_2} * I, \qquad \sigma_1 = \param{low}{\sigma_1},\ \sigma_2 = \param{high}{\sigma_2}`,
    reference:
      'Marr and Hildreth 1980; Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004; OpenCV GaussianBlur.',
    code: '{border:first}blur = lambda sigma: cv2.GaussianBlur(image, (0, 0), sigma{border}) if sigma else image; image = (blur({low}) - blur({high})){border:crop}',
    words: borderWords,
  },
})
