import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { weightedShape } from '../../engine/ops/check.ts'
import { div, type Expr, exp, expr, lessEqual, mul, type Operand, pow, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coveredShape, filterColours, opaqueShape } from '../alpha.ts'
import { asData } from '../derivatives.ts'
import { frequencies } from '../spectrum.ts'

const passes = ['low', 'high', 'band', 'stop'] as const
const profiles = ['gaussian', 'butterworth', 'ideal'] as const
type Pass = (typeof passes)[number]

interface Band {
  readonly pass: Pass
  readonly profile: (typeof profiles)[number]
  readonly cutoff: number
  readonly upper: number
  readonly order: number
}

/** What a low-pass filter lets through at frequency f. */
function low(f: Expr, cutoff: number, { profile, order }: Band): Operand {
  switch (profile) {
    case 'ideal':
      return lessEqual(f, cutoff)
    case 'gaussian':
      return exp(mul(mul(f, f), -1 / (2 * cutoff * cutoff)))
    case 'butterworth':
      return div(1, expr1(pow(mul(f, 1 / cutoff), 2 * order)))
  }
}
const expr1 = (v: Expr): Expr => sub(v, -1)

function response(f: Expr, band: Band): Operand {
  const { cutoff, upper } = band
  switch (band.pass) {
    case 'low':
      return low(f, cutoff, band)
    case 'high':
      return sub(1, low(f, cutoff, band))
    case 'band':
      return sub(low(f, Math.max(cutoff, upper), band), low(f, Math.min(cutoff, upper), band))
    case 'stop':
      return sub(1, sub(low(f, Math.max(cutoff, upper), band), low(f, Math.min(cutoff, upper), band)))
  }
}

/** Whether the average of the picture stays: then it is a picture as before. */
const keepsMean = (pass: Pass): boolean => pass === 'low' || pass === 'stop'

const shapeFor = (image: ImageShape, pass: Pass): ImageShape =>
  coveredShape(image, weightedShape(opaqueShape(image), keepsMean(pass) ? 1 : 0))

/** Each channel through its spectrum and back. */
async function filtered(ops: Ops, image: ImageValue, gain: ImageValue, pass: Pass): Promise<ImageValue> {
  const planes: ImageValue[] = []
  for (let index = 0; index < image.channels; index++) {
    const spectrum = await ops.fourier(await ops.channel(image, { index }), { inverse: false, centred: true })
    const kept = await ops.pointwise(spectrum, gain, { formula: expr((v, g) => mul(v, g)), ...asData })
    planes.push(await ops.channel(await ops.fourier(kept, { inverse: true, centred: true }), { index: 0 }))
  }
  const { space, range } = weightedShape(image, keepsMean(pass) ? 1 : 0)
  const [first] = planes
  if (planes.length === 1 && first)
    return ops.pointwise(first, { formula: expr((v) => v), space, range: range ?? null })
  return ops.merge(...planes, { space, ...(range && { range }) })
}

/** Keeps or takes away a band of frequencies. Image (H, W, C) float32 in; the same size, and the response (H, W, 1), out. */
export const bandFilter = defineNode({
  type: 'frequency/band-filter',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Band filter',
  alias: 'np.fft.fft2, ifft2',
  keywords: [
    'low pass',
    'lowpass',
    'high pass',
    'highpass',
    'bandpass',
    'bandstop',
    'Butterworth',
    'ideal',
    'FFT',
    'ringing',
  ],
  summary: 'Keeps the coarse, the fine, or what lies between, by its frequency.',
  inputs: { image: socket.image() },
  params: {
    pass: param.choice({
      default: 'low',
      of: passes,
      names: {
        low: 'Low: what is coarse',
        high: 'High: what is fine',
        band: 'Band: between both',
        stop: 'All but the band',
      },
      label: 'Keep',
      help: 'Which frequencies pass.',
    }),
    profile: param.choice({
      default: 'gaussian',
      of: profiles,
      names: { gaussian: 'Gaussian', butterworth: 'Butterworth', ideal: 'Ideal: a sharp limit' },
      label: 'Profile',
      help: 'How the limit falls off. A sharp one rings: echoes run along all edges.',
    }),
    cutoff: param.number({
      default: 0.05,
      min: 0.0001,
      max: 1,
      soft: [0.005, 0.5],
      step: 0.001,
      label: 'Cutoff',
      help: 'In cycles per pixel: 0.05 is a wave of 20 pixels, 0.5 the finest there is.',
    }),
    upper: param.number({
      default: 0.2,
      min: 0.0001,
      max: 1,
      soft: [0.005, 0.5],
      step: 0.001,
      label: 'Upper cutoff',
      help: 'The other end of the band, in cycles per pixel.',
      when: { param: 'pass', is: ['band', 'stop'] },
    }),
    order: param.integer({
      default: 2,
      min: 1,
      max: 20,
      soft: [1, 10],
      label: 'Order',
      help: 'The higher, the sharper the limit.',
      when: { param: 'profile', is: ['butterworth'] },
    }),
  },
  outputs: {
    image: socket.image(),
    response: socket.image({
      spaces: ['data'],
      range: [0, 1],
      help: 'How much of each frequency passes, frequency 0 in the middle.',
    }),
  },
  preview: 'image',
  shape: ({ image, pass }) =>
    image
      ? {
          image: shapeFor(image, pass),
          response: {
            ...{ kind: 'image', height: image.height, width: image.width, channels: 1, space: 'data', alpha: false },
            range: [0, 1],
          },
        }
      : {},
  run: async ({ image, ...given }, { ops, scale }) => {
    // The smaller picture has fewer pixels a cycle.
    const band = { ...given, cutoff: given.cutoff / scale, upper: given.upper / scale }
    const cycles = await frequencies(ops, image.width, image.height)
    const gainOf = (band: Band) =>
      ops.pointwise(cycles, { formula: expr((f) => response(f, band)), space: 'data', range: [0, 1] })
    const gain = await gainOf(band)
    const made = await filterColours(ops, image, 16, (colours) => filtered(ops, colours, gain, band.pass))
    // Shown of all frequencies, also where the smaller picture has not all of them.
    return { image: made, response: scale === 1 ? gain : await gainOf(given) }
  },
  explain: {
    idea: 'A blur is a multiplication of the spectrum: fine waves are taken away. Written this way, any limit can be chosen. The ideal one seems best, but its sharp rim in the spectrum becomes rings in the picture.',
    formula: {
      by: 'profile',
      of: {
        gaussian: String.raw`I' = \mathcal{F}^{-1}\bigl(H \cdot \mathcal{F}(I)\bigr), \qquad L_c(f) = e^{-f^2 / (2 c^2)}, \quad c = \param{cutoff}{c}`,
        butterworth: String.raw`I' = \mathcal{F}^{-1}\bigl(H \cdot \mathcal{F}(I)\bigr), \qquad L_c(f) = \frac{1}{1 + (f / c)^{2 \cdot \param{order}{n}}}, \quad c = \param{cutoff}{c}`,
        ideal: String.raw`I' = \mathcal{F}^{-1}\bigl(H \cdot \mathcal{F}(I)\bigr), \qquad L_c(f) = [f \le c], \quad c = \param{cutoff}{c}`,
      },
    },
    reference: 'Gonzalez and Woods, "Digital Image Processing", chapter 4; numpy.fft; chapter 6.1.',
    code: 'h, w = image.shape[:2]; f = np.hypot(np.fft.fftfreq(h)[:, None], np.fft.fftfreq(w)[None]); c, u, n = {cutoff}, {upper}, {order}; L = lambda c: {profile}; H = {pass}; image = np.fft.ifft2(np.fft.fft2(image, axes=(0, 1)) * H.reshape(H.shape + (1,) * (image.ndim - 2)), axes=(0, 1)).real; response = np.fft.fftshift(H)',
    words: {
      profile: {
        gaussian: 'np.exp(-f**2 / (2 * c**2))',
        butterworth: '1 / (1 + (f / c) ** (2 * n))',
        ideal: '1.0 * (f <= c)',
      },
      pass: {
        low: 'L(c)',
        high: '1 - L(c)',
        band: 'L(max(c, u)) - L(min(c, u))',
        stop: '1 - (L(max(c, u)) - L(min(c, u)))',
      },
    },
    laws: [{ change: { cutoff: 'up' }, measure: 'edgeEnergy', expect: 'up' }],
  },
})
