import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { finiteRows, shared } from '../examples.ts'
import { scatterShape } from '../scatter.ts'
import type { Plane } from '../t-sne.ts'
import { scatterPicture } from './scatter.work.ts'
import { type TsneMade, tsneSteps } from './tsne.work.ts'

/** Every pair of examples is held: 32 MB. */
const most = 2000
/** Steps from one look to the next. */
const together = 25
/** Of the picture. */
const look = { size: 480, radius: 2.5 }

/** A checkpoint: the step, then places, speeds and gains. */
const kept = ({ step, cost, places, speeds, gains }: Plane): Uint8Array =>
  new Uint8Array(Float64Array.from([step, cost, ...places, ...speeds, ...gains]).buffer)

function planeOf(bytes: Uint8Array, count: number): Plane {
  const [step = 0, cost = 0, ...rest] = new Float64Array(bytes.slice().buffer)
  const part = (i: number): Float64Array => Float64Array.from(rest.slice(2 * count * i, 2 * count * (i + 1)))
  return { step, cost, places: part(0), speeds: part(1), gains: part(2) }
}

/**
 * Lays examples out on a plane so that neighbours stay neighbours. Features (N, D) in, at most 2000 rows; places (N, 2), a picture of
 * them, coloured by class where the classes are wired, and the cost (Kullback–Leibler divergence, in nats) out.
 */
export const learnTsne = defineNode({
  type: 'learn/tsne',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 't-SNE',
  alias: 'sklearn.manifold.TSNE',
  keywords: [
    'embedding',
    'scatter',
    'plane',
    'neighbours',
    'visualise',
    'clusters',
    'UMAP',
    'dimensionality reduction',
  ],
  summary: 'Lays examples out on a plane: those whose features are alike come to lie together.',
  inputs: {
    features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }),
    targets: socket.tensor({
      axes: ['N'],
      dtypes: ['int32'],
      optional: true,
      help: 'The class of each example, from 0: it gives the colour and nothing else.',
    }),
  },
  params: {
    perplexity: param.number({
      default: 30,
      min: 1,
      max: 500,
      soft: [5, 50],
      label: 'Perplexity',
      help: 'About how many neighbours each example has. Fewer than a third of the examples.',
    }),
    steps: param.integer({ default: 1000, min: 250, max: 5000, label: 'Steps', help: 'Of gradient descent.' }),
  },
  outputs: {
    points: socket.tensor({ axes: ['NC'], help: 'The place of each example.' }),
    picture: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }),
    cost: socket.number({
      help: 'How far the neighbours on the plane differ from those among the features: Kullback–Leibler divergence, in nats.',
    }),
  },
  preview: 'picture',
  shape: ({ features }) => ({
    ...(features && { points: { kind: 'tensor', shape: [features.shape[0] ?? 0, 2], axes: ['N', 'C'] } }),
    picture: scatterShape(look.size),
    cost: { kind: 'number' },
  }),
  run: async ({ features, targets, perplexity, steps }, { job, ops, work, progress }) => {
    const [n = 0, length = 0] = features.shape
    if (n > most || n < 4) throw new SightlineError('data.plane', { given: n, most })
    if (3 * perplexity > n - 1)
      throw new SightlineError('param.invalid', {
        ...{ param: 'perplexity', given: perplexity, wanted: `at most ${Math.floor((n - 1) / 3)} for ${n} examples` },
      })
    const rows = finiteRows(shared(await ops.read(features, {})), length)
    const classes = targets && ((await ops.read(targets, {})) as Int32Array)
    if (classes && classes.length !== n) throw new SightlineError('data.rows', { examples: n, targets: classes.length })
    const outputs = async ({ places, cost }: Plane) => ({
      points: (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [n, 2], axes: ['N', 'C'] },
        numbers: Float32Array.from(places),
      })) as TensorValue,
      picture: (await ops.fromNumbers({
        shape: scatterShape(look.size),
        numbers: await work(scatterPicture, { points: Float32Array.from(places), columns: 2, classes, ...look }),
      })) as ImageValue,
      cost: { kind: 'number' as const, value: cost },
    })
    let made: TsneMade | undefined
    let plane = job.resume && planeOf(job.resume, n)
    for (;;) {
      const done = plane?.step ?? 0
      progress(done / steps, `step ${done} of ${steps}`)
      const input = { rows, length, perplexity, affinities: made?.affinities, plane }
      made = await work(tsneSteps, { ...input, steps: Math.min(together, steps - done) })
      plane = made.plane
      if (plane.step >= steps) return outputs(plane)
      await job.emit(await outputs(plane))
      await job.checkpoint(kept(plane))
    }
  },
  explain: {
    idea: 'Each example has neighbours, the nearer the more they count. On the plane, neighbours draw each other closer and all others push apart, until both sets of neighbours agree. Distances between groups mean little.',
    formula: String.raw`\min_y \sum_{i \ne j} p_{ij} \log \frac{p_{ij}}{q_{ij}}, \qquad q_{ij} = \frac{(1 + |y_i - y_j|^2)^{-1}}{\sum_{k \ne l} (1 + |y_k - y_l|^2)^{-1}}`,
    reference: 'Visualizing Data using t-SNE (van der Maaten and Hinton 2008); sklearn.manifold.TSNE(method="exact").',
    code: 'points = sklearn.manifold.TSNE(2, perplexity={perplexity}, n_iter={steps}, init="pca", learning_rate="auto", method="exact").fit_transform(features)',
  },
})
