import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { finiteRows } from '../examples.ts'
import { firstCentres, type Groups, moved, sizesOf } from '../k-means.ts'

/** Rounds between two checkpoints. */
const together = 5

/**
 * Finds groups of examples that lie near each other, without right answers. Features (N, D) in; the group of each (N) int32, weights
 * (D, K) and bias (K) whose dense layer is highest for the nearest centre, a table of the groups and the inertia out.
 */
export const learnKMeans = defineNode({
  type: 'learn/k-means',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'k-means',
  alias: 'sklearn.cluster.KMeans',
  keywords: [
    'clustering',
    'cluster',
    'groups',
    'Lloyd',
    'k-means++',
    'unsupervised',
    'vector quantisation',
    'visual words',
  ],
  summary: 'Sorts examples into groups that lie near each other, without being told any answer.',
  inputs: { features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }) },
  params: {
    count: param.integer({
      default: 8,
      min: 1,
      max: 1000,
      soft: [2, 32],
      label: 'Groups',
      help: 'How many there are.',
    }),
    rounds: param.integer({
      default: 300,
      min: 1,
      max: 10_000,
      soft: [10, 500],
      label: 'Rounds',
      help: 'At most; it ends when no example changes its group.',
    }),
    seed: param.integer({
      default: 1,
      min: 0,
      max: 2 ** 31 - 1,
      soft: [0, 100],
      label: 'Seed',
      help: 'Of the centres that it begins with.',
    }),
  },
  outputs: {
    groups: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The number of the group of each example, from 0.' }),
    weights: socket.tensor({
      axes: ['CK'],
      help: 'For a dense layer without activation: the nearest centre has the highest score.',
    }),
    bias: socket.tensor({ axes: ['C'], help: 'For the same dense layer.' }),
    table: socket.table({ help: 'How many examples each group has, and how far they are from its centre.' }),
    inertia: socket.number({ help: 'The sum of the squared distances to the centres.' }),
  },
  preview: 'table',
  shape: ({ features, count }) => {
    const [n = 0, length = 0] = features?.shape ?? []
    return {
      ...(features && {
        groups: { kind: 'tensor', shape: [n], axes: ['N'], dtype: 'int32' },
        weights: { kind: 'tensor', shape: [length, count], axes: ['C', 'K'] },
        bias: { kind: 'tensor', shape: [count], axes: ['C'] },
      }),
      table: { kind: 'table' },
      inertia: { kind: 'number' },
    }
  },
  run: async ({ features, count, rounds, seed }, { job, ops, progress }) => {
    const [n = 0, length = 0] = features.shape
    if (count > n) throw new SightlineError('data.groups', { given: count, count: n })
    const rows = finiteRows(await ops.read(features, {}), length)

    const tensor = async (shape: TensorShape, numbers: Float32Array | Int32Array) =>
      (await ops.fromNumbers({ shape, numbers })) as TensorValue
    const nearest = (centres: Float64Array) => ops.nearestCentres(features, { centres })
    const outputs = async ({ centres, groups, gaps, inertia }: Groups) => {
      const sizes = sizesOf({ groups }, count)
      const spread = new Float64Array(count)
      for (const [i, k] of groups.entries()) spread[k] = (spread[k] ?? 0) + Math.sqrt(gaps[i] ?? 0)
      const weights = Float32Array.from(
        { length: length * count },
        (_, i) => 2 * (centres[(i % count) * length + Math.floor(i / count)] ?? 0),
      )
      const bias = Float32Array.from({ length: count }, (_, k) => {
        let sum = 0
        for (let d = 0; d < length; d++) sum += (centres[k * length + d] ?? 0) ** 2
        return -sum
      })
      return {
        groups: await tensor({ kind: 'tensor', shape: [n], axes: ['N'], dtype: 'int32' }, groups),
        weights: await tensor({ kind: 'tensor', shape: [length, count], axes: ['C', 'K'] }, weights),
        bias: await tensor({ kind: 'tensor', shape: [count], axes: ['C'] }, bias),
        table: {
          kind: 'table' as const,
          columns: ['Group', 'Examples', 'Mean distance'],
          rows: Array.from(sizes, (size, k) => [k, size, size > 0 ? (spread[k] ?? 0) / size : 0]),
        },
        inertia: { kind: 'number' as const, value: inertia },
      }
    }

    // A checkpoint: how many rounds are done, and the centres.
    const kept = job.resume && new Float64Array(job.resume.slice().buffer)
    let done = kept?.[0] ?? 0
    progress(1 - 0.97 ** done, `round ${done + 1}`)
    const begin = kept?.slice(1) ?? (await firstCentres(rows, length, count, seed, nearest))
    let groups: Groups = { centres: begin, ...(await nearest(begin)) }
    while (done < rounds) {
      const centres = moved(rows, length, groups)
      const next = { centres, ...(await nearest(centres)) }
      const same = next.groups.every((k, i) => k === groups.groups[i])
      groups = next
      done++
      progress(1 - 0.97 ** done, `round ${done + 1}`)
      if (same) break
      if (done % together > 0) continue
      await job.emit(await outputs(groups))
      await job.checkpoint(new Uint8Array(Float64Array.from([done, ...centres]).buffer))
    }
    return outputs(groups)
  },
  explain: {
    idea: 'Centres are laid among the examples. Each example goes to the nearest one, each centre moves to the middle of what came to it, and so on until nothing moves.',
    formula: String.raw`\min_{c_1 \dots c_K} \sum_n \min_k |x_n - c_k|^2, \qquad K = \param{count}{K}`,
    reference: 'sklearn.cluster.KMeans (Lloyd); S. Lloyd 1982; Arthur and Vassilvitskii, k-means++, 2007; chapter 6.1.',
    code: 'kmeans = sklearn.cluster.KMeans({count}, max_iter={rounds}, random_state={seed}).fit(features); groups = kmeans.labels_',
  },
})
