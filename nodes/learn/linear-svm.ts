import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { accuracyHelp, exampleInputs, exampleParams, examplesOf, judged, matrixHelp } from '../examples.ts'
import { svmParams } from '../svm-params.ts'

/** How many classes are trained in parallel between two checkpoints. */
const together = 2

/** What has been learned: a row of weights, a bias and a row of scores for each class. */
interface Learned {
  readonly weights: readonly Float64Array[]
  readonly bias: readonly number[]
  readonly scores: readonly Float64Array[]
}

/** A checkpoint: how many classes are done, then the numbers of each. */
export function bytesOf({ weights, bias, scores }: Learned): Uint8Array {
  const numbers = weights.flatMap((row, k) => [...row, bias[k] ?? 0, ...(scores[k] ?? [])])
  return new Uint8Array(Float64Array.of(weights.length, ...numbers).buffer)
}

export function learnedOf(bytes: Uint8Array, length: number, count: number): Learned {
  const [done = 0, ...numbers] = new Float64Array(bytes.slice().buffer)
  const each = length + 1 + count
  const rows = Array.from({ length: done }, (_, k) => Float64Array.from(numbers.slice(k * each, (k + 1) * each)))
  return {
    weights: rows.map((row) => row.subarray(0, length)),
    bias: rows.map((row) => row[length] ?? 0),
    scores: rows.map((row) => row.subarray(length + 1)),
  }
}

/** The class with the highest score, of those that are learned. */
function answerOf({ scores }: Learned, n: number, ids: readonly number[]): number {
  let [best, most] = [-1, Number.NEGATIVE_INFINITY]
  for (const [k, row] of scores.entries()) if ((row[n] ?? 0) > most) [best, most] = [ids[k] ?? -1, row[n] ?? 0]
  return best
}

/**
 * Trains a linear support vector machine, one class against the rest. Features (N, D) float32 and right answers (N) int32 in; the
 * last part of the examples is kept for the test. Weights (D, K) and bias (K) for a dense layer, the accuracy on the test, and its
 * confusion matrix out, which grows class by class while it trains.
 */
export const learnLinearSvm = defineNode({
  type: 'learn/linear-svm',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Train a linear SVM',
  alias: 'sklearn.svm.LinearSVC',
  keywords: [
    'support vector machine',
    'train',
    'fit',
    'classifier',
    'HOG',
    'liblinear',
    'accuracy',
    'confusion matrix',
  ],
  summary: 'Learns to tell classes apart from rows of features, and tests it on examples it has not seen.',
  inputs: exampleInputs,
  params: {
    ...svmParams,
    passes: param.integer({
      default: 200,
      min: 1,
      max: 5000,
      soft: [10, 1000],
      label: 'Passes',
      help: 'Over all examples, at most, for each class.',
    }),
    ...exampleParams,
  },
  outputs: {
    weights: socket.tensor({ axes: ['CK'] }),
    bias: socket.tensor({ axes: ['C'] }),
    accuracy: socket.number({ help: accuracyHelp }),
    matrix: socket.table({ help: matrixHelp }),
  },
  preview: 'matrix',
  shape: ({ features, called, classes }) => ({
    // How many names there are is known when they are read.
    ...(features &&
      !called && {
        weights: { kind: 'tensor', shape: [features.shape[1] ?? 0, classes], axes: ['C', 'K'] },
        bias: { kind: 'tensor', shape: [classes], axes: ['C'] },
      }),
    accuracy: { kind: 'number' },
    matrix: { kind: 'table' },
  }),
  run: async ({ c, loss, passes, ...given }, { job, ops, progress }) => {
    const examples = await examplesOf(ops, given)
    const { count, length, learned, rows, right, ids, nameOf } = examples
    const classes = ids.length
    const shown = right.map((id, n) => (n < learned ? id : -1))

    const outputs = async (state: Learned) => {
      const { matrix, accuracy } = judged(examples, (n) => answerOf(state, n, ids), learned)
      const weights = new Float32Array(length * classes)
      for (const [k, row] of state.weights.entries())
        for (let i = 0; i < length; i++) weights[i * classes + k] = row[i] ?? 0
      const bias = Float32Array.from(ids, (_, k) => state.bias[k] ?? 0)
      const shape = { kind: 'tensor', shape: [length, classes], axes: ['C', 'K'] } satisfies TensorShape
      const biasShape = { kind: 'tensor', shape: [classes], axes: ['C'] } satisfies TensorShape
      return {
        weights: (await ops.fromNumbers({ shape, numbers: weights })) as TensorValue,
        bias: (await ops.fromNumbers({ shape: biasShape, numbers: bias })) as TensorValue,
        accuracy: { kind: 'number' as const, value: accuracy },
        matrix,
      }
    }

    let state: Learned = job.resume ? learnedOf(job.resume, length, count) : { weights: [], bias: [], scores: [] }
    const rowsShape = { kind: 'tensor', shape: [count, length], axes: ['N', 'C'] } satisfies TensorShape
    const arranged = (await ops.fromNumbers({ shape: rowsShape, numbers: rows })) as TensorValue
    while (state.weights.length < classes) {
      const done = state.weights.length
      const next = ids.slice(done, done + together)
      progress(done / classes, `${next.map(nameOf).join(', ')}: ${done + 1} of ${classes}`)
      const made = await ops.linearSvm(arranged, { targets: shown, ids: next, c, loss, passes, tolerance: 1e-4 })
      state = {
        weights: [...state.weights, ...made.map(({ weights }) => weights)],
        bias: [...state.bias, ...made.map(({ bias }) => bias)],
        scores: [...state.scores, ...made.map(({ scores }) => scores)],
      }
      await job.emit(await outputs(state))
      await job.checkpoint(bytesOf(state))
    }
    return outputs(state)
  },
  explain: {
    idea: 'For each class a plane is looked for that has its examples on one side and all others on the other, with as much room as can be. A new example belongs to the class on whose side it lies furthest. Only the test says how good it is: of what was learned from, it knows the answers.',
    formula: String.raw`\min_w\ \tfrac12 |w|^2 + \param{c}{C} \sum_n \max(0,\ 1 - y_n\, w^\top x_n)^p, \qquad \hat y = \arg\max_k\ w_k^\top x + b_k`,
    reference:
      'sklearn.svm.LinearSVC, liblinear; Hsieh et al., A dual coordinate descent method for large-scale linear SVM, 2008; chapter 6.1.',
    code: {
      by: 'loss',
      of: {
        squared:
          "n = len(features) - max(1, round(len(features) * {test})); svm = sklearn.svm.LinearSVC(C={c}, loss='squared_hinge', max_iter={passes}).fit(features[:n], targets[:n]); accuracy = svm.score(features[n:], targets[n:])",
        hinge:
          "n = len(features) - max(1, round(len(features) * {test})); svm = sklearn.svm.LinearSVC(C={c}, loss='hinge', max_iter={passes}).fit(features[:n], targets[:n]); accuracy = svm.score(features[n:], targets[n:])",
      },
    },
  },
})
