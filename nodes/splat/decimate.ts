import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { selected } from '../splats.ts'

/** A limited number of splats of a scene: those that cover most, or a random choice. Splats in and out. */
export const decimate = defineNode({
  type: 'splat/decimate',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Decimate splats',
  alias: 'random_down_sample',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'reduce', 'sample', 'prune', 'level of detail', 'fewer'],
  summary: 'Keeps a limited number of splats: those that cover most, or a random choice.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    count: param.integer({
      default: 100_000,
      min: 1,
      max: 1e8,
      soft: [1000, 1_000_000],
      label: 'Splats',
      help: 'The most that stay. A scene with fewer stays as it is.',
    }),
    by: param.choice({
      ...{
        default: 'cover',
        of: ['cover', 'random'],
        names: { cover: 'Those that cover most', random: 'Any' },
        label: 'Which',
      },
      help: 'Cover: opacity times the area of the two largest sizes. Any: each splat is as likely to stay, the same each time.',
    }),
    seed: param.integer({
      ...{ default: 0, min: 0, max: 1e6, label: 'Seed' },
      help: 'Another number keeps other splats.',
      when: { param: 'by', is: ['random'] },
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ splats, count, by, seed }, context) => ({
    splats: await selected(
      splats,
      by === 'cover' ? { kind: 'largest', count } : { kind: 'random', count, seed },
      context,
    ),
  }),
  explain: {
    idea: 'Most of the picture comes from the large, opaque splats. These alone give the scene with less detail; a random choice of as many leaves holes.',
    formula: String.raw`w_i = o_i \cdot \max(s_x s_y,\ s_y s_z,\ s_z s_x), \qquad \text{the } \param{count}{n} \text{ largest}`,
    reference: 'The importance by opacity and size of LightGaussian (Fan et al. 2024), without its count of pixels.',
    code: {
      by: 'by',
      of: {
        cover:
          'x, y, z = scales.T; kept = np.sort(np.argsort(-opacities * np.maximum(x * y, np.maximum(y * z, z * x)))[:{count}])',
        random: 'kept = np.sort(np.random.default_rng({seed}).permutation(len(opacities))[:{count}])',
      },
    },
  },
})
