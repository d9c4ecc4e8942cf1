import { defineNode } from '../../engine/graph/node.ts'
import { mostProducts } from '../../engine/ops/learn/gram.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { finiteRows, shared } from '../examples.ts'
import { dotOf } from '../pca.ts'
import { pcaWork } from './pca.work.ts'

/** As float64 they take 128 MB; more are multiplied row by row, which is slower. */
const mostNumbers = 2 ** 24

/**
 * Finds the directions in which examples differ most. Features (N, D) in; weights (D, K) and bias (K), with which a dense layer
 * without activation projects other examples the same way; the projected examples (N, K), and how much of the variance each
 * direction has, out.
 */
export const learnPca = defineNode({
  type: 'learn/pca',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'PCA',
  alias: 'sklearn.decomposition.PCA',
  keywords: [
    'principal component analysis',
    'dimensionality reduction',
    'feature selection',
    'eigenfaces',
    'compress',
    'decorrelate',
    'SVD',
    'Karhunen-Loève',
  ],
  summary: 'Finds the few directions in which examples differ most, and describes them by these.',
  inputs: { features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }) },
  params: {
    count: param.integer({
      default: 16,
      min: 1,
      max: 256,
      soft: [1, 64],
      label: 'Components',
      help: 'How many numbers describe an example afterwards.',
    }),
  },
  outputs: {
    projected: socket.tensor({ axes: ['NC'], help: 'The examples, by their components.' }),
    weights: socket.tensor({
      axes: ['CK'],
      help: 'For a dense layer without activation, which does the same to others.',
    }),
    bias: socket.tensor({ axes: ['C'], help: 'For the same dense layer.' }),
    variance: socket.table({ help: 'Of each component, and which part of all it is, alone and with those before it.' }),
  },
  preview: 'variance',
  shape: ({ features, count }) => {
    const [n = 0, length = 0] = features?.shape ?? []
    return {
      ...(features && {
        projected: { kind: 'tensor', shape: [n, count], axes: ['N', 'C'] },
        weights: { kind: 'tensor', shape: [length, count], axes: ['C', 'K'] },
        bias: { kind: 'tensor', shape: [count], axes: ['C'] },
      }),
      variance: { kind: 'table' },
    }
  },
  run: async ({ features, count }, { ops, work }) => {
    const [n = 0, length = 0] = features.shape
    const most = Math.min(n - 1, length)
    if (count > most)
      throw new SightlineError('data.components', { given: count, count: n, length, most: Math.max(0, most) })
    const rows = finiteRows(shared(await ops.read(features, {})), length)
    const few = Math.min(n, length) <= mostProducts && n * length <= mostNumbers
    const sums = few ? await ops.gram(features, {}) : undefined
    const moved = sums ? { transfer: [sums.products.buffer as ArrayBuffer] } : {}
    const found = await work(pcaWork, { rows, length, count, sums }, moved)
    const { mean, components, variances, total, projected } = found
    const shifts = components.map((component) => dotOf(component, mean))
    const tensor = async (shape: TensorShape, numbers: Float32Array) =>
      (await ops.fromNumbers({ shape, numbers })) as TensorValue
    const weights = Float32Array.from(
      { length: length * count },
      (_, i) => components[i % count]?.[Math.floor(i / count)] ?? 0,
    )
    let sum = 0
    return {
      projected: await tensor({ kind: 'tensor', shape: [n, count], axes: ['N', 'C'] }, projected),
      weights: await tensor({ kind: 'tensor', shape: [length, count], axes: ['C', 'K'] }, weights),
      bias: await tensor(
        { kind: 'tensor', shape: [count], axes: ['C'] },
        Float32Array.from(shifts, (v) => -v),
      ),
      variance: {
        kind: 'table',
        columns: ['Component', 'Variance', 'Part', 'Together'],
        rows: variances.map((variance, k) => {
          const part = total > 0 ? variance / total : 0
          sum += part
          return [k + 1, variance, part, sum]
        }),
      },
    }
  },
  explain: {
    idea: 'Many features say the same thing twice. The first component is the direction in which the examples differ most, the next the one at right angles to it, and so on. A few of them say nearly all, and a classifier learns faster from them.',
    formula: String.raw`z = W^\top (x - \bar x), \qquad \tfrac{1}{N - 1} \sum_n (x_n - \bar x)(x_n - \bar x)^\top w_k = \lambda_k w_k, \quad k \le \param{count}{K}`,
    reference: 'sklearn.decomposition.PCA; I. Jolliffe, Principal Component Analysis, 2002; chapter 6.1.',
    code: 'pca = sklearn.decomposition.PCA({count}).fit(features); projected = pca.transform(features)',
  },
})
