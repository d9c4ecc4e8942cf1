import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { scatterShape } from '../scatter.ts'
import { scatterPicture } from './scatter.work.ts'

/** Draws examples as points by two of their features. Features (N, 2 or more) in; a square picture, coloured by class, out. */
export const learnScatter = defineNode({
  type: 'learn/scatter',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Scatter plot',
  alias: 'matplotlib.pyplot.scatter',
  keywords: ['points', 'PCA', 't-SNE', 'embedding', 'features', 'classes', 'clusters', 'plane'],
  summary: 'Draws examples as points by their first two features: of a PCA, for instance.',
  inputs: {
    features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }),
    targets: socket.tensor({
      axes: ['N'],
      dtypes: ['int32'],
      optional: true,
      help: 'The class of each example, from 0: it gives the colour.',
    }),
  },
  params: {
    size: param.integer({ default: 480, min: 64, max: 4096, unit: 'px', label: 'Size', help: 'Of the picture.' }),
    radius: param.number({ default: 2.5, min: 0.5, max: 64, unit: 'px', label: 'Radius', help: 'Of a point.' }),
  },
  outputs: { picture: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: ({ size }) => ({ picture: scatterShape(size) }),
  run: async ({ features, targets, size, radius }, { ops, work }) => {
    const [n = 0, length = 0] = features.shape
    if (length < 2) throw unsupported('A scatter plot', `${length} feature`, 'two for each example, or more')
    const classes = targets && (await ops.read(targets, {}))
    if (classes && classes.length !== n) throw new SightlineError('data.rows', { examples: n, targets: classes.length })
    const points = (await ops.read(features, {})) as Float32Array
    const numbers = await work(scatterPicture, {
      points,
      columns: length,
      classes: classes as Int32Array | undefined,
      size,
      radius,
    })
    return { picture: (await ops.fromNumbers({ shape: scatterShape(size), numbers })) as ImageValue }
  },
  explain: {
    idea: 'Two numbers of each example are a place on a plane. Where points of one colour lie apart from the others, a line could tell them apart.',
    reference: 'matplotlib.pyplot.scatter.',
    code: 'x, y = features[:, 0], features[:, 1]',
  },
})
