import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { stumpsOf } from '../adaboost.ts'
import { votesWork } from './adaboost.work.ts'

/** Asks what AdaBoost learned. Features (N, D) and stumps (T, 5) in; the part of the votes for each class (N, K) out. */
export const applyAdaboost = defineNode({
  type: 'classify/adaboost',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Apply AdaBoost',
  alias: 'AdaBoost.decision_function',
  keywords: ['boosting', 'stump', 'predict', 'votes', 'ensemble', 'classifier'],
  summary: 'Lets the stumps of AdaBoost vote on each row of features.',
  inputs: {
    features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each thing.' }),
    stumps: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'From "Train AdaBoost".' }),
  },
  params: {
    classes: param.integer({
      default: 10,
      min: 2,
      max: 1000,
      soft: [2, 100],
      label: 'Classes',
      help: 'How many columns the scores have: the number of classes, or more.',
    }),
  },
  outputs: { scores: socket.tensor({ axes: ['NC'], help: 'The part of the votes for each class: they add up to 1.' }) },
  shape: ({ features, classes }) =>
    features ? { scores: { kind: 'tensor', shape: [features.shape[0] ?? 0, classes], axes: ['N', 'C'] } } : {},
  run: async ({ features, stumps, classes }, { ops, work }) => {
    const [count = 0, length = 0] = features.shape
    if (stumps.shape[1] !== 5 || stumps.shape[0] === 0)
      throw new SightlineError('data.stumps', { given: `a tensor of ${stumps.shape.join(' × ')}` })
    const made = stumpsOf(await ops.read(stumps, {}), length)
    if (typeof made === 'string') throw new SightlineError('data.stumps', { given: made })
    const highest = made.reduce((most, { left, right }) => Math.max(most, left, right), 0)
    if (highest >= classes) throw new SightlineError('data.targets', { given: highest, last: classes - 1 })
    const rows = Float32Array.from(await ops.read(features, {}))
    const numbers = await work(votesWork, { stumps: made, rows, length, classes })
    const shape = { kind: 'tensor', shape: [count, classes], axes: ['N', 'C'] } as const
    return { scores: (await ops.fromNumbers({ shape, numbers })) as TensorValue }
  },
  explain: {
    idea: 'Every stump says a class, and its vote weighs what it earned while it learned. The votes are added up.',
    formula: String.raw`s_k(x) = \frac{\sum_t \alpha_t\, [h_t(x) = k]}{\sum_t \alpha_t}`,
    reference: 'sklearn.ensemble.AdaBoostClassifier (SAMME); Zhu et al. 2009; chapter 6.1.',
    code: 'scores = boost.decision_function(features)',
  },
})
