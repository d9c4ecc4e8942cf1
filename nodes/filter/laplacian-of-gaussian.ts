import { defineNode } from '../../engine/graph/node.ts'
import { add, expr, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'
import { borderParam } from '../border.ts'
import { asData, dataShape } from '../derivatives.ts'

const most = 60

/** Taps of a Gaussian and of its second derivative, cut off at four sigmas as in SciPy. */
function tapsOf(sigma: number): { readonly smooth: readonly number[]; readonly second: readonly number[] } {
  const radius = Math.floor(4 * sigma + 0.5)
  const places = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius)
  const bell = places.map((x) => Math.exp(-(x * x) / (2 * sigma * sigma)))
  const sum = bell.reduce((a, b) => a + b, 0)
  const smooth = bell.map((v) => v / sum)
  return { smooth, second: smooth.map((v, i) => v * ((places[i] ?? 0) ** 2 / sigma ** 4 - 1 / sigma ** 2)) }
}

/** The Laplacian of a smoothed picture. Image (H, W, C) float32 in; the same size of data out. */
export const laplacianOfGaussian = defineNode({
  type: 'filter/laplacian-of-gaussian',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Laplacian of Gaussian',
  alias: 'scipy.ndimage.gaussian_laplace',
  keywords: ['LoG', 'Marr-Hildreth', 'Mexican hat', 'blob', 'second derivative', 'scale space', 'zero crossing'],
  summary: 'Finds blobs and edges of one size: the Laplacian of the smoothed picture.',
  inputs: { image: socket.image() },
  params: {
    sigma: param.number({
      default: 2,
      min: 0.3,
      max: most,
      soft: [0.5, 16],
      step: 0.1,
      unit: 'px',
      label: 'Sigma',
      help: 'Of the Gaussian. A disc answers most where its radius is 1.41 times sigma.',
    }),
    normalise: param.boolean({
      default: false,
      label: 'Times sigma²',
      help: 'So that blobs of all sizes answer alike, each at its own sigma.',
    }),
    border: borderParam,
  },
  outputs: {
    image: socket.image({ spaces: ['data'], range: null, help: 'Negative in bright blobs, positive in dark ones.' }),
  },
  shape: ({ image }) => (image ? { image: dataShape(image) } : {}),
  run: async ({ image, sigma, normalise, border }, { ops, scale }) => {
    const { smooth, second } = tapsOf(Math.max(sigma, 0.2))
    const by = normalise ? sigma * sigma : scale * scale
    return {
      image: await filterColours(ops, image, smooth.length >> 1, async (colours) =>
        ops.pointwise(
          await ops.separable(colours, { x: second, y: smooth, border }),
          await ops.separable(colours, { x: smooth, y: second, border }),
          { formula: expr((a, b) => mul(add(a, b), by)), ...asData },
        ),
      ),
    }
  },
  explain: {
    idea: 'The second derivative alone answers most to noise. Smoothed first, it answers to structures of the size of the Gaussian: a bright blob is a pit in the result, a dark one a peak, and an edge a change of sign.',
    formula: {
      by: 'normalise',
      of: {
        true: String.raw`I' = \sigma^2\, \nabla^2 (G_\sigma * I), \qquad \sigma = \param{sigma}{\sigma}`,
        false: String.raw`I' = \nabla^2 (G_\sigma * I), \qquad \sigma = \param{sigma}{\sigma}`,
      },
    },
    reference:
      'SciPy gaussian_laplace; Marr and Hildreth, "Theory of Edge Detection", 1980; Lindeberg 1998 for the factor σ².',
    code: {
      by: 'normalise',
      of: {
        true: 'sigma = ({sigma}, {sigma}, 0)[: image.ndim]; log = lambda axis: scipy.ndimage.gaussian_filter(np.float64(image), sigma, order=[2 * (a == axis) for a in range(image.ndim)], mode={border}); image = {sigma} ** 2 * (log(0) + log(1))',
        false:
          'sigma = ({sigma}, {sigma}, 0)[: image.ndim]; log = lambda axis: scipy.ndimage.gaussian_filter(np.float64(image), sigma, order=[2 * (a == axis) for a in range(image.ndim)], mode={border}); image = log(0) + log(1)',
      },
    },
    words: {
      border: {
        constant: "'constant'",
        replicate: "'nearest'",
        reflect: "'reflect'",
        wrap: "'wrap'",
        reflect101: "'mirror'",
      },
    },
  },
})
