import { defineNode } from '../../engine/graph/node.ts'
import { add, expr, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Size, sizeParams } from '../made.ts'
import { normalNoise, seedParam, uniformNoise } from '../noise.ts'

interface Given extends Size {
  readonly noise: 'uniform' | 'gaussian'
  readonly colour: boolean
}

const shapeFor = ({ width, height, noise, colour }: Given): ImageShape => ({
  ...{ kind: 'image', height, width, channels: colour ? 3 : 1, space: colour ? 'rgb' : 'gray', alpha: false },
  // Normal numbers have no bounds.
  ...(noise === 'uniform' && { range: [0, 1] as const }),
})

/** Random numbers, always the same for a seed. Nothing in, image (height, width, 1 | 3) out. */
export const createNoise = defineNode({
  type: 'create/noise',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Noise',
  alias: 'np.random.default_rng',
  keywords: ['random', 'uniform', 'gaussian', 'normal', 'white noise', 'static', 'seed', 'test picture', 'latent'],
  summary: 'A picture of random numbers.',
  inputs: {},
  params: {
    ...sizeParams,
    noise: param.choice({
      default: 'uniform',
      of: ['uniform', 'gaussian'],
      names: { uniform: 'Uniform, 0 to 1', gaussian: 'Gaussian' },
      label: 'Kind',
      help: 'Uniform: every number is as likely as any other. Gaussian: most are near the mean.',
    }),
    mean: param.number({
      default: 0.5,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'Mean',
      help: 'Of all numbers.',
      when: { param: 'noise', is: ['gaussian'] },
    }),
    sigma: param.number({
      default: 0.2,
      min: 0,
      max: 1e6,
      soft: [0, 1],
      label: 'Deviation',
      help: 'Standard deviation of the numbers.',
      when: { param: 'noise', is: ['gaussian'] },
    }),
    colour: param.boolean({ default: false, label: 'In colour', help: 'Three channels that differ. Off: one, gray.' }),
    seed: seedParam,
  },
  outputs: { image: socket.image({ channels: [1, 3], spaces: ['gray', 'rgb'] }) },
  shape: (given) => ({ image: shapeFor(given) }),
  run: async ({ mean, sigma, seed, ...given }, { ops }) => {
    const { space, channels, range } = shapeFor(given)
    const size = { width: given.width, height: given.height, channels }
    const chance = await (given.noise === 'gaussian' ? normalNoise : uniformNoise)({ ops, size, seed })
    const formula = expr((v) => (given.noise === 'gaussian' ? add(mul(v, sigma), mean) : add(v, 0)))
    return { image: await ops.pointwise(chance, { formula, space, range: range ?? null }) }
  },
  explain: {
    idea: 'Each number is drawn by itself, so neighbours know nothing of each other. A filter makes patterns of it, and shows by them what it lets through.',
    formula: {
      by: 'noise',
      of: {
        uniform: String.raw`I(p) \sim \mathcal{U}(0, 1)`,
        gaussian: String.raw`I(p) \sim \mathcal{N}(\param{mean}{\mu},\ \param{sigma}{\sigma}^2)`,
      },
    },
    reference:
      'Chance by pcg3d (Jarzynski and Olano, 2020), normal by Box and Muller, 1958: the same on every machine, and other numbers than NumPy has.',
    code: {
      by: 'noise',
      of: {
        uniform: 'image = np.random.default_rng({seed}).random(({height}, {width}), np.float32)',
        gaussian: 'image = np.random.default_rng({seed}).normal({mean}, {sigma}, ({height}, {width}))',
      },
    },
  },
})
