import { defineNode } from '../../engine/graph/node.ts'
import { expr, greater, mul, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, filledColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { asData, dataShape } from '../derivatives.ts'

interface Gabor {
  readonly size: number
  readonly sigma: number
  readonly wavelength: number
  readonly gamma: number
  readonly phase: number
}

/** cv2.getGaborKernel: a wave along `theta` under a bell. */
export function gaborKernel(
  { size, sigma, wavelength, gamma, phase }: Gabor,
  theta: number,
): readonly (readonly number[])[] {
  const radius = size >> 1
  const [c, s] = [Math.cos(theta), Math.sin(theta)]
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => {
      // OpenCV writes it turned round.
      const [y, x] = [radius - i, radius - j]
      const [u, v] = [x * c + y * s, -x * s + y * c]
      const bell = Math.exp(-0.5 * (u / sigma) ** 2 - 0.5 * ((v * gamma) / sigma) ** 2)
      return bell * Math.cos((2 * Math.PI * u) / wavelength + phase)
    }),
  )
}

const shapes = (image: ImageShape) => {
  const image_ = dataShape(image)
  return { image: image_, direction: { ...image_, range: [0, 180] as const } }
}

/** The strongest answer of a bank of Gabor filters. Image (H, W, C) float32 in; two images (H, W, C) of data out. */
export const gabor = defineNode({
  type: 'filter/gabor',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Gabor filters',
  alias: 'cv2.getGaborKernel',
  keywords: ['texture', 'orientation', 'wavelet', 'bank', 'V1', 'fingerprint', 'stripes', 'frequency'],
  summary: 'Finds stripes of one width, and which way they run.',
  inputs: { image: socket.image() },
  params: {
    orientations: param.integer({
      default: 4,
      min: 1,
      max: 16,
      label: 'Orientations',
      help: 'How many filters, evenly over half a turn. With 1 there is the upright wave alone.',
    }),
    wavelength: param.number({
      default: 8,
      min: 2,
      max: 64,
      soft: [2, 20],
      step: 0.1,
      unit: 'px',
      label: 'Wavelength',
      help: 'From one bright stripe to the next.',
    }),
    sigma: param.number({
      default: 4,
      min: 0.5,
      max: 32,
      soft: [1, 10],
      step: 0.1,
      unit: 'px',
      label: 'Sigma',
      help: 'Of the bell across the stripes.',
    }),
    gamma: param.number({
      default: 0.5,
      min: 0.05,
      max: 4,
      soft: [0.2, 1],
      step: 0.05,
      label: 'Aspect',
      help: 'Below 1 the bell is longer along the stripes.',
    }),
    phase: param.number({
      default: 0,
      min: -360,
      max: 360,
      soft: [0, 180],
      unit: '°',
      label: 'Phase',
      help: '0 looks for a line, 90 for an edge.',
    }),
    size: param.integer({
      default: 21,
      min: 3,
      max: 31,
      step: 2,
      odd: true,
      unit: 'px',
      label: 'Kernel size',
      help: 'Side of the kernels, odd.',
    }),
    border: borderParam,
  },
  outputs: {
    image: socket.image({ spaces: ['data'], range: null, help: 'The largest answer of all orientations.' }),
    direction: socket.image({
      spaces: ['data'],
      range: [0, 180],
      help: 'The orientation that answers most, in degrees: 0 is a wave to the right (upright stripes), 90 one downwards.',
    }),
  },
  shape: ({ image }) => (image ? shapes(image) : {}),
  run: async ({ image, orientations, border, phase, ...given }, { ops }) => {
    const colours = await filledColours(ops, image, given.size >> 1)
    const kernels = Array.from({ length: orientations }, (_, k) =>
      gaborKernel({ ...given, phase: (phase * Math.PI) / 180 }, (Math.PI * k) / orientations),
    )
    let best: ImageValue | undefined
    let direction: ImageValue | undefined
    for (const [k, kernel] of kernels.entries()) {
      const found = await ops.convolve(colours, { kernel, border })
      const degrees = (180 * k) / orientations
      const range = [0, 180] as const
      direction =
        direction && best
          ? await ops.pointwise(direction, found, best, {
              formula: expr((at, v, most) => select(greater(v, most), degrees, at)),
              space: 'data',
              range,
            })
          : await ops.pointwise(found, { formula: expr((v) => mul(v, 0)), space: 'data', range })
      const most = expr((v, most) => select(greater(v, most), v, most))
      best = await (best
        ? ops.pointwise(found, best, { formula: most, ...asData })
        : ops.pointwise(found, { formula: expr((v) => v), ...asData }))
    }
    if (!best || !direction) return {}
    if (!image.alpha) return { image: best, direction }
    const cover = await coverOf(ops, image)
    return { image: await covered(ops, best, cover), direction: await covered(ops, direction, cover) }
  },
  explain: {
    idea: 'A Gabor kernel is a wave under a bell: it answers where the picture has stripes of that width and direction. A bank of them, turned step by step, tells at every pixel which way the texture runs. Cells in the visual cortex, and the first layer of most networks, look like it.',
    formula: String.raw`g_\theta(u, v) = e^{-(u^2 + \param{gamma}{\gamma}^2 v^2) / (2 \cdot \param{sigma}{\sigma}^2)} \cos\!\left(\frac{2\pi u}{\param{wavelength}{\lambda}} + \psi\right), \quad \theta_k = \frac{180° \cdot k}{\param{orientations}{n}}, \quad I' = \max_k g_{\theta_k} * I`,
    reference: 'OpenCV getGaborKernel and filter2D; Daugman 1985.',
    code: '{border:first}bank = [cv2.filter2D(image, cv2.CV_32F, cv2.getGaborKernel(({size}, {size}), {sigma}, np.pi * k / {orientations}, {wavelength}, {gamma}, np.radians({phase})){border}){border:crop} for k in range({orientations})]; image = np.max(bank, axis=0); direction = 180 / {orientations} * np.argmax(bank, axis=0)',
    words: borderWords,
  },
})
