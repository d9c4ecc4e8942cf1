import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { buffersOf, share, toScene, toSplats } from '../splats.ts'
import { floatersWork } from './remove-floaters.work.ts'

/**
 * Removes splats that are far from all others. Splats in; those that stay, all of them with the removed in red, and how many are
 * removed out.
 */
export const removeFloaters = defineNode({
  type: 'splat/remove-floaters',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Remove floaters',
  alias: 'remove_statistical_outlier',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'floaters', 'outliers', 'noise', 'clean', 'prune', 'stray'],
  summary: 'Removes splats that float far from all others.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    neighbours: param.integer({
      default: 16,
      min: 1,
      max: 100,
      soft: [4, 40],
      label: 'Neighbours',
      help: 'How many of the nearest splats are looked at. More also find floaters that are close together.',
    }),
    ratio: param.number({
      default: 2,
      min: 0,
      max: 100,
      soft: [0, 6],
      step: 0.1,
      label: 'Deviations',
      help: 'How far from its neighbours a splat may be: this many standard deviations above the average. Smaller removes more.',
    }),
  },
  outputs: { splats: socket.splats(), marked: socket.splats(), removed: socket.number() },
  shape: () => ({ splats: { kind: 'splats' }, marked: { kind: 'splats' }, removed: { kind: 'number' } }),
  run: async ({ splats, neighbours, ratio }, { ops, work, note }) => {
    const scene = await toScene(ops, splats)
    const count = scene.opacities.length
    const { kept, marked } = await work(floatersWork, { scene, neighbours, ratio }, { transfer: buffersOf(scene) })
    const removed = count - kept.opacities.length
    note(`${removed} of ${count} splats removed (${share(removed, count)})`)
    return {
      splats: await toSplats(ops, kept),
      marked: await toSplats(ops, marked),
      removed: { kind: 'number', value: removed },
    }
  },
  explain: {
    idea: 'On a surface, splats lie close together; floaters are those that training left in the air. For each splat, the average distance to its nearest neighbours is measured. Where it is far above what is usual in the scene, the splat goes. The second output shows in red which ones.',
    formula: String.raw`d_i = \frac{1}{k} \sum_{j=1}^{k} \lVert p_i - p_j \rVert, \quad \param{neighbours}{k} \text{ nearest}, \qquad \text{kept: } d_i \le \bar d + \param{ratio}{r}\, \sigma_d`,
    reference:
      'Open3D, PointCloud.remove_statistical_outlier; Rusu et al., Towards 3D Point Cloud Based Object Maps (2008).',
    code: 'd = scipy.spatial.cKDTree(means).query(means, {neighbours} + 1)[0][:, 1:].mean(axis=1); kept = d <= d.mean() + {ratio} * d.std(ddof=1)',
  },
})
