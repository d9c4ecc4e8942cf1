import { defineNode } from '../../engine/graph/node.ts'
import { gaussianTaps } from '../../engine/ops/separable/gaussian.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'

/** Smooths with a separable Gaussian kernel. Image (H, W, C) float32 in, the same shape out. */
export const gaussianBlur = defineNode({
  type: 'filter/gaussian-blur',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Gaussian blur',
  alias: 'cv2.GaussianBlur',
  keywords: ['smooth', 'soften', 'lowpass', 'denoise', 'convolution'],
  summary: 'Smooths a picture: noise and fine detail fade.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    sigma: param.number({
      default: 1.5,
      min: 0,
      max: 64,
      soft: [0, 16],
      step: 0.1,
      unit: 'px',
      label: 'Sigma',
      help: 'Standard deviation of the bell curve: about how far each pixel is spread. 0 changes nothing.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, sigma, border }, { ops }) => {
    const taps = gaussianTaps(sigma)
    const blurred = (picture: ImageValue, value: number) => ops.separable(picture, { x: taps, y: taps, border, value })
    return { image: await averageSeen(ops, image, blurred) }
  },
  explain: {
    idea: 'Every pixel becomes a weighted average of its neighbours; near ones count more.',
    formula: String.raw`G(x) = \frac{1}{Z} e^{-x^2 / (2 \cdot \param{sigma}{\sigma}^2)}, \qquad I' = G_y * (G_x * I)`,
    reference:
      'OpenCV getGaussianKernel, with round(8σ + 1) | 1 taps as GaussianBlur takes for float pictures; chapter 6.1, "Gaussian Blur".',
    code: '{border:first}cv2.GaussianBlur(image, (0, 0), {sigma}{border}){border:crop}',
    words: borderWords,
    laws: [
      { change: { sigma: 'up' }, measure: 'edgeEnergy', expect: 'down' },
      { change: { sigma: 'up' }, measure: 'variance', expect: 'down' },
      { change: { sigma: 'up' }, measure: 'mean', expect: 'same' },
    ],
  },
})
