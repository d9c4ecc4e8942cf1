import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { buffersOf, toScene } from '../splats.ts'
import { splatMeasures, statisticsWork } from './statistics.work.ts'

/** How opaque, large, elongated and bright the splats of a scene are. Splats in; their number, a table and a histogram out. */
export const statistics = defineNode({
  type: 'splat/statistics',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Splat statistics',
  alias: 'np.percentile',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'histogram', 'opacity', 'size', 'count', 'distribution'],
  summary: 'Tells how many splats a scene has, and how opaque, large, long and bright they are.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    of: param.choice({
      ...{ default: 'opacity', of: splatMeasures, label: 'Histogram of' },
      names: {
        opacity: 'Opacity',
        size: 'Largest size',
        elongation: 'Longest by middle size',
        brightness: 'Brightness',
      },
      help: 'What the histogram counts.',
    }),
  },
  outputs: { table: socket.table(), histogram: socket.plot(), count: socket.number() },
  shape: () => ({ table: { kind: 'table' }, histogram: { kind: 'plot' }, count: { kind: 'number' } }),
  run: async ({ splats, of }, { ops, work }) => {
    const scene = await toScene(ops, splats)
    const count = scene.opacities.length
    const { rows, histogram } = await work(statisticsWork, { scene, of }, { transfer: buffersOf(scene) })
    return {
      table: { kind: 'table', columns: ['measure', 'least', 'quarter', 'middle', 'three quarters', 'most'], rows },
      histogram: {
        kind: 'plot',
        x: { label: of, range: histogram.range },
        series: [{ name: 'splats', values: histogram.values }],
      },
      count: { kind: 'number', value: count },
    }
  },
  explain: {
    idea: 'The numbers of all splats are sorted; a quarter of them is below the first quartile, half of them below the middle one. So a few huge splats do not hide what is usual, as they do in an average.',
    reference:
      'Quartiles by the nearest rank. The histogram leaves out the outermost hundredth on both sides, but of opacities.',
    code: 'np.percentile(opacities, [0, 25, 50, 75, 100]), np.percentile(scales.max(axis=1), [0, 25, 50, 75, 100])',
  },
})
