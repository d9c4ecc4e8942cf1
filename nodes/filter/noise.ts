import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { add, clamp, type Expr, expr, less, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { normalNoise, seedParam, uniformNoise } from '../noise.ts'
import { tonal } from '../tonal.ts'

const kinds = ['gaussian', 'uniform', 'salt-and-pepper'] as const

interface Given {
  readonly noise: (typeof kinds)[number]
  readonly sigma: number
  readonly amplitude: number
  readonly amount: number
  readonly salt: number
  readonly mono: boolean
  readonly clip: boolean
  readonly seed: number
}

/** Which random numbers the noise needs, and what it makes of them and the picture's. */
async function noisy(ops: Ops, image: ImageValue, given: Given): Promise<ImageValue> {
  const { noise, sigma, amplitude, amount, salt, mono, clip, seed } = given
  const { width, height, alpha } = image
  const size = { width, height, channels: mono ? 1 : image.channels - (alpha ? 1 : 0) }
  const chance = await (noise === 'gaussian' ? normalNoise : uniformNoise)({ ops, size, seed })
  const grain = (v: Expr, n: Expr): Expr => {
    if (noise === 'gaussian') return add(v, mul(n, sigma))
    if (noise === 'uniform') return add(v, mul(sub(mul(n, 2), 1), amplitude))
    return select(less(n, amount), select(less(n, amount * salt), 1, 0), v)
  }
  const bounded = clip || noise === 'salt-and-pepper'
  const formula = expr((v, n) => (clip ? clamp(grain(v, n), 0, 1) : grain(v, n)))
  return ops.pointwise(image, chance, { formula, space: image.space, range: bounded ? [0, 1] : null })
}

/** Adds noise to a picture, always the same for a seed. Image (H, W, C) in, the same shape out. */
export const addNoise = defineNode({
  type: 'filter/noise',
  version: 1,
  kind: 'pure',
  // Of a smaller picture the grain would be another.
  draft: 'none',
  title: 'Add noise',
  alias: 'skimage.util.random_noise',
  keywords: ['gaussian', 'salt and pepper', 'impulse', 'uniform', 'grain', 'random', 'degrade', 'augment', 'speckle'],
  summary: 'Adds noise to the picture, to see what a filter does about it.',
  inputs: { image: socket.image({ spaces: tonal }) },
  params: {
    noise: param.choice({
      default: 'gaussian',
      of: kinds,
      names: { gaussian: 'Gaussian', uniform: 'Uniform', 'salt-and-pepper': 'Salt and pepper' },
      label: 'Kind',
      help: 'Gaussian is that of sensors, salt and pepper that of lost pixels.',
    }),
    sigma: param.number({
      default: 0.1,
      min: 0,
      max: 100,
      soft: [0, 0.5],
      step: 0.005,
      label: 'Deviation',
      help: 'Standard deviation of what is added; two thirds of the numbers change by less.',
      when: { param: 'noise', is: ['gaussian'] },
    }),
    amplitude: param.number({
      default: 0.1,
      min: 0,
      max: 100,
      soft: [0, 0.5],
      step: 0.005,
      label: 'At most',
      help: 'How far a number is moved at most, up or down.',
      when: { param: 'noise', is: ['uniform'] },
    }),
    amount: param.number({
      default: 0.05,
      min: 0,
      max: 1,
      step: 0.005,
      label: 'Share',
      help: 'The share of the numbers that become black or white.',
      when: { param: 'noise', is: ['salt-and-pepper'] },
    }),
    salt: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
      label: 'Salt',
      help: 'The share of those that become white.',
      when: { param: 'noise', is: ['salt-and-pepper'] },
    }),
    mono: param.boolean({
      default: false,
      label: 'Alike in all channels',
      help: 'The noise is gray. Off: each channel has noise of its own.',
    }),
    clip: param.boolean({
      default: true,
      label: 'Keep within 0 to 1',
      help: 'Off: numbers below black and above white are kept.',
    }),
    seed: seedParam,
  },
  outputs: { image: socket.image() },
  shape: ({ image, noise, clip }) =>
    image ? { image: pointwiseShape([image], { range: clip || noise === 'salt-and-pepper' ? [0, 1] : null }) } : {},
  run: async ({ image, ...given }, { ops }) => ({ image: await noisy(ops, image, given) }),
  explain: {
    idea: 'Real cameras never measure exactly. Noise that one makes oneself is known exactly, so one can tell how much of it a filter takes away, and what it costs.',
    formula: {
      by: 'noise',
      of: {
        gaussian: String.raw`y = x + n, \qquad n \sim \mathcal{N}(0,\ \param{sigma}{\sigma}^2)`,
        uniform: String.raw`y = x + n, \qquad n \sim \mathcal{U}(-\param{amplitude}{a},\ \param{amplitude}{a})`,
        'salt-and-pepper': String.raw`y = \begin{cases} 0 \text{ or } 1 & \text{with probability } \param{amount}{q} \\ x & \text{otherwise} \end{cases}`,
      },
    },
    reference:
      'skimage.util.random_noise. Chance by pcg3d (Jarzynski and Olano, 2020), normal by Box and Muller, 1958: the same on every machine, and other numbers than NumPy has.',
    code: {
      by: 'noise',
      of: {
        gaussian: 'image = np.clip(image + np.random.default_rng({seed}).normal(0, {sigma}, image.shape), 0, 1)',
        uniform:
          'image = np.clip(image + np.random.default_rng({seed}).uniform(-{amplitude}, {amplitude}, image.shape), 0, 1)',
        'salt-and-pepper':
          "skimage.util.random_noise(image, 's&p', seed={seed}, amount={amount}, salt_vs_pepper={salt})",
      },
    },
  },
})
