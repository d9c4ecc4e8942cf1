import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { sceneKinds } from '../splat-made.ts'
import { toSplats } from '../splats.ts'
import { proceduralWork } from './procedural.work.ts'

/** A made scene, about two units large, around the origin. Splats out. */
export const procedural = defineNode({
  type: 'splat/procedural',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Made scene',
  alias: 'test scene',
  keywords: ['3D', 'Gaussian splatting', 'splats', 'sample', 'knot', 'sphere', 'random', 'procedural', 'generate'],
  summary: 'Makes a scene of splats to try things with: a knot, a ball, rows or a cloud.',
  inputs: {},
  params: {
    scene: param.choice({
      ...{ default: 'knot', of: sceneKinds, label: 'Scene' },
      names: { knot: 'Knot over a floor', ball: 'Ball of discs', lattice: 'Rows of balls', cloud: 'Random cloud' },
      help: 'Up is −y, and the front is −z, as in most captured scenes.',
    }),
    count: param.integer({
      default: 20_000,
      min: 1,
      max: 5_000_000,
      soft: [1000, 200_000],
      label: 'Splats',
      help: 'How many it has.',
    }),
    seed: param.integer({
      ...{ default: 0, min: 0, max: 1e6, label: 'Seed' },
      help: 'Another number makes another cloud.',
      when: { param: 'scene', is: ['cloud'] },
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ scene, count, seed }, { ops, work }) => ({
    splats: await toSplats(ops, await work(proceduralWork, { kind: scene, count, seed })),
  }),
  explain: {
    idea: 'Surfaces are covered with flat splats that look outwards, each a little larger than the distance to the next, so that no gap shows. The cloud has splats anywhere.',
    reference: 'The trefoil knot; points on a ball by the golden angle (Vogel 1979).',
    code: {
      by: 'scene',
      of: {
        knot: 't = 2 * np.pi * np.arange({count}) / {count}; knot = 0.5 * np.stack([np.sin(t) + 2 * np.sin(2 * t), 2 * np.cos(2 * t) - np.cos(t), np.sin(3 * t)], 1)',
        ball: 'i = np.arange({count}); y = 1 - (2 * i + 1) / {count}; a = i * np.pi * (3 - 5 ** 0.5); ball = np.stack([np.sqrt(1 - y * y) * np.cos(a), y, np.sqrt(1 - y * y) * np.sin(a)], 1)',
        lattice:
          'side = int(np.ceil({count} ** (1 / 3) - 1e-9)); rows = np.stack(np.unravel_index(np.arange({count}), (side, side, side))[::-1], 1)',
        cloud: 'cloud = np.random.default_rng({seed}).uniform(-1, 1, ({count}, 3))',
      },
    },
  },
})
