import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { PlotValue, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Stump, stumpRows } from '../adaboost.ts'
import { accuracyHelp, exampleInputs, exampleParams, examplesOf, judged, matrixHelp } from '../examples.ts'
import { boost } from './adaboost.work.ts'
import { type Votes, votesWork } from './adaboost-votes.work.ts'

/** Stumps between two checkpoints. */
const together = 5

export interface Boosted {
  readonly stumps: readonly Stump[]
  /** Of the examples that are learned from. */
  readonly weights: Float64Array
  /** No further stump helps. */
  readonly last: boolean
}

/** A checkpoint. Floats of 64 bits, so that it goes on with the same numbers. */
export function bytesOf({ stumps, weights, last }: Boosted): Uint8Array {
  const numbers = stumps.flatMap(({ feature, threshold, left, right, alpha }) => [
    feature,
    threshold,
    left,
    right,
    alpha,
  ])
  return new Uint8Array(Float64Array.from([stumps.length, last ? 1 : 0, ...numbers, ...weights]).buffer)
}

export function boostedOf(bytes: Uint8Array): Boosted {
  const [count = 0, last, ...numbers] = new Float64Array(bytes.slice().buffer)
  const stumps = Array.from({ length: count }, (_, i) => {
    const [feature = 0, threshold = 0, left = 0, right = 0, alpha = 0] = numbers.slice(5 * i, 5 * i + 5)
    return { feature, threshold, left, right, alpha }
  })
  return { stumps, weights: Float64Array.from(numbers.slice(5 * count)), last: last === 1 }
}

/**
 * Trains AdaBoost: many questions about one feature each, every one chosen for what the others get wrong. Features (N, D) float32 and
 * right answers (N) int32 in; the last part of the examples is kept for the test. Stumps (T, 5): feature, threshold, class below,
 * class above, weight; the accuracy on the test, its confusion matrix, and the error after each stump out.
 */
export const learnAdaboost = defineNode({
  type: 'learn/adaboost',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Train AdaBoost',
  alias: 'sklearn AdaBoostClassifier',
  keywords: [
    'boosting',
    'SAMME',
    'decision stump',
    'weak learner',
    'Viola',
    'Jones',
    'train',
    'fit',
    'ensemble',
    'classifier',
  ],
  summary: 'Learns many simple questions that are right together, and tests them on examples it has not seen.',
  inputs: exampleInputs,
  params: {
    count: param.integer({
      default: 50,
      min: 1,
      max: 5000,
      soft: [10, 500],
      label: 'Stumps',
      help: 'How many questions at most.',
    }),
    rate: param.number({
      default: 1,
      min: 0.001,
      max: 10,
      soft: [0.1, 2],
      label: 'Learning rate',
      help: 'Shrinks what each question adds. Less needs more of them.',
    }),
    ...exampleParams,
  },
  outputs: {
    stumps: socket.tensor({ axes: ['NC'], help: 'A row for each: for "Apply AdaBoost".' }),
    accuracy: socket.number({ help: accuracyHelp }),
    matrix: socket.table({ help: matrixHelp }),
    errors: socket.plot({ help: 'The part that is wrong after each stump, of what was learned from and of the test.' }),
  },
  preview: 'matrix',
  shape: () => ({ accuracy: { kind: 'number' }, matrix: { kind: 'table' }, errors: { kind: 'plot' } }),
  run: async ({ count, rate, ...given }, { job, ops, work, progress }) => {
    const examples = await examplesOf(ops, given)
    const { length, learned, rows, right, ids } = examples
    const classes = ids.length
    let order: Int32Array | undefined
    let state: Boosted = job.resume
      ? boostedOf(job.resume)
      : { stumps: [], weights: new Float64Array(learned).fill(1 / learned), last: false }

    let votes: Votes | undefined
    const outputs = async ({ stumps }: Boosted) => {
      const fresh = stumps.slice(votes?.errors.test.length ?? 0)
      if (!votes || fresh.length > 0)
        votes = await work(votesWork, { rows, length, learned, right, classes, stumps: fresh, before: votes })
      const { found, errors } = votes
      const shape = { kind: 'tensor', shape: [stumps.length, 5], axes: ['N', 'C'] } satisfies TensorShape
      const plot: PlotValue = {
        kind: 'plot',
        x: { label: 'stumps', range: [1, Math.max(2, stumps.length)] },
        series: [
          { name: 'learned', values: errors.learned },
          { name: 'test', values: errors.test },
        ],
      }
      const { matrix, accuracy } = judged(examples, (n) => found[n] ?? 0, learned)
      return {
        stumps: (await ops.fromNumbers({ shape, numbers: stumpRows(stumps) })) as TensorValue,
        accuracy: { kind: 'number' as const, value: accuracy },
        matrix,
        errors: plot,
      }
    }

    while (state.stumps.length < count && !state.last) {
      const done = state.stumps.length
      progress(done / count, `stump ${done + 1} of ${count}`)
      const made = await work(boost, {
        ...{ rows, length, learned, right, classes, order, rate },
        weights: state.weights,
        count: Math.min(together, count - done),
      })
      order = made.order
      state = { stumps: [...state.stumps, ...made.stumps], weights: made.weights, last: made.last }
      if (state.stumps.length === 0) throw new SightlineError('data.chance', {})
      await job.emit(await outputs(state))
      await job.checkpoint(bytesOf(state))
    }
    return outputs(state)
  },
  explain: {
    idea: 'A stump asks one question about one number, and is often wrong. What it got wrong weighs more for the next one. Hundreds of them, each weighed by how good it is, vote. Viola and Jones found faces so.',
    formula: String.raw`\alpha_t = \param{rate}{\eta} \Bigl( \ln \frac{1 - e_t}{e_t} + \ln (K - 1) \Bigr), \qquad w_n \leftarrow w_n\, e^{\alpha_t [h_t(x_n) \ne y_n]}, \qquad \hat y = \arg\max_k \sum_t \alpha_t [h_t(x) = k]`,
    reference:
      'sklearn.ensemble.AdaBoostClassifier (SAMME) on stumps; Freund and Schapire 1997; Zhu et al., Multi-class AdaBoost, 2009; chapter 6.1.',
    code: 'n = len(features) - max(1, round(len(features) * {test})); boost = sklearn.ensemble.AdaBoostClassifier(n_estimators={count}, learning_rate={rate}, algorithm="SAMME").fit(features[:n], targets[:n]); accuracy = boost.score(features[n:], targets[n:])',
  },
})
