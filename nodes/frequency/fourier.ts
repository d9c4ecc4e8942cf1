import { defineNode } from '../../engine/graph/node.ts'
import { add, atan2, expr, log, mul, sqrt } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { asData } from '../derivatives.ts'

const shapes = ({ height, width }: ImageShape) => {
  const plane: ImageShape = { kind: 'image', height, width, channels: 1, space: 'data', alpha: false }
  return { magnitude: plane, phase: { ...plane, range: [-180, 180] as const }, spectrum: { ...plane, channels: 2 } }
}

/** The discrete Fourier transform. Gray image (H, W, 1) float32 in; magnitude, phase (H, W, 1) and spectrum (H, W, 2) out. */
export const fourierNode = defineNode({
  type: 'frequency/fourier',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Fourier transform',
  alias: 'np.fft.fft2',
  keywords: ['FFT', 'DFT', 'cv2.dft', 'spectrum', 'frequency', 'fftshift', 'periodic', 'magnitude', 'phase'],
  summary: 'Shows which waves a picture is made of: how strong, how fine, in which direction.',
  inputs: {
    image: socket.image({ channels: [1], help: 'Gray: convert a colour picture first, or take one channel.' }),
  },
  params: {
    log: param.boolean({
      default: true,
      label: 'Logarithm',
      help: 'Shows ln(1 + magnitude), as the lowest frequencies are thousands of times stronger than the others.',
    }),
  },
  outputs: {
    magnitude: socket.image({
      spaces: ['data'],
      range: null,
      help: 'How strong each wave is. Frequency 0 is in the middle.',
    }),
    phase: socket.image({ spaces: ['data'], range: [-180, 180], help: 'Where each wave begins, in degrees.' }),
    spectrum: socket.image({
      spaces: ['data'],
      range: null,
      help: 'Real and imaginary part, frequency 0 in the middle: for the way back.',
    }),
  },
  preview: 'magnitude',
  shape: ({ image }) => (image ? shapes(image) : {}),
  run: async ({ image, log: logarithm }, { ops }) => {
    const spectrum = await ops.fourier(image, { inverse: false, centred: true })
    const [re, im] = [await ops.channel(spectrum, { index: 0 }), await ops.channel(spectrum, { index: 1 })]
    const magnitude = expr((a, b) => {
      const length = sqrt(add(mul(a, a), mul(b, b)))
      return logarithm ? log(add(1, length)) : length
    })
    const degrees = expr((a, b) => mul(atan2(b, a), 180 / Math.PI))
    return {
      magnitude: await ops.pointwise(re, im, { formula: magnitude, ...asData }),
      phase: await ops.pointwise(re, im, { formula: degrees, space: 'data', range: [-180, 180] }),
      spectrum,
    }
  },
  explain: {
    idea: 'Any picture is a sum of waves. Each point of the spectrum is one of them: its distance from the middle says how fine the wave is, its direction which way it runs, its brightness how much of it there is. A regular pattern is a few bright points.',
    formula: String.raw`F(v, u) = \sum_{y=0}^{H-1} \sum_{x=0}^{W-1} I(y, x)\; e^{-2\pi i\,(ux/W + vy/H)}`,
    reference: 'numpy.fft.fft2 and fftshift; OpenCV dft; Cooley and Tukey 1965; chapter 6.1.',
    code: {
      by: 'log',
      of: {
        true: 'spectrum = np.fft.fftshift(np.fft.fft2(image)); magnitude = np.log1p(np.abs(spectrum)); phase = np.degrees(np.angle(spectrum))',
        false:
          'spectrum = np.fft.fftshift(np.fft.fft2(image)); magnitude = np.abs(spectrum); phase = np.degrees(np.angle(spectrum))',
      },
    },
  },
})
