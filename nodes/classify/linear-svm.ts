import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf } from '../boxes.ts'
import { largest } from '../decode.ts'
import { dense, pooled } from '../dense.ts'
import { featureSides } from '../features.ts'
import { svmParams } from '../svm-params.ts'
import { svmWork } from './linear-svm.work.ts'

/**
 * Learns to tell classes of boxes apart by a linear support vector machine for each. Features (N, C) or maps, whose mean is taken, and
 * labelled boxes (N) in: their class counts, 0 is the background; a score of 0 leaves one out. Weights (C, K) and bias (K) for a
 * dense layer out, a column for each class but the background, and the part of the examples that it gets right.
 */
export const linearSvm = defineNode({
  type: 'classify/linear-svm',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Linear SVM',
  alias: 'sklearn.svm.LinearSVC',
  keywords: ['support vector machine', 'R-CNN', 'train', 'fit', 'learn', 'HOG', 'hinge', 'liblinear', 'classifier'],
  summary: 'Learns weights that tell labelled examples apart, with the widest margin.',
  inputs: {
    features: socket.tensor({
      axes: ['NC', 'NHWC', 'NCHW'],
      help: 'One row for each example. Of feature maps the mean over all places is taken.',
    }),
    labels: socket.boxes({ help: 'The boxes of the examples, with their right classes: from "Label boxes".' }),
  },
  params: {
    ...svmParams,
  },
  outputs: {
    weights: socket.tensor({ axes: ['CK'] }),
    bias: socket.tensor({ axes: ['C'] }),
    accuracy: socket.number({ help: 'The part of the examples that it gets right. New examples are harder.' }),
  },
  shape: () => ({ accuracy: { kind: 'number' } }),
  run: async ({ features, labels, c, loss }, { ops, work }) => {
    const { count, channels, places, first } = featureSides('The SVM', features)
    const given = await arraysOf(labels, ops)
    if (given.scores.length !== count)
      throw new SightlineError('detect.rows', { given: features.shape.join(' × '), count: given.scores.length })
    const rows = pooled(await ops.read(features, {}), count, places, channels, first)
    const classes = Array.from(given.classes, (id, i) => ((given.scores[i] ?? 0) > 0 ? id : -1))
    const wanted = Array.from({ length: Math.max(0, labels.names.length - 1) }, (_, i) => i + 1)
    for (const id of [0, ...wanted])
      if (!classes.includes(id)) throw new SightlineError('svm.no-examples', { name: labels.names[id] ?? String(id) })
    const made = await work(svmWork, { features: rows, classes, wanted, c, loss })
    const scores = dense({
      ...{ features: rows, channels, weights: made.weights, bias: made.bias, classes: wanted.length },
      activation: 'none',
    })
    const answers = classes.map((_, i) => {
      const { at, value } = largest(scores, i * wanted.length, wanted.length)
      return value > 0 ? at + 1 : 0
    })
    const counted = classes.filter((id) => id >= 0).length
    const right = classes.filter((id, i) => id >= 0 && id === answers[i]).length
    const shape = { kind: 'tensor', shape: [channels, wanted.length], axes: ['C', 'K'] } as const
    return {
      weights: (await ops.fromNumbers({ shape, numbers: made.weights })) as TensorValue,
      bias: (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [wanted.length], axes: ['C'] },
        numbers: made.bias,
      })) as TensorValue,
      accuracy: { kind: 'number', value: right / counted },
    }
  },
  explain: {
    idea: 'Of all planes that separate two kinds of examples it finds the one that is furthest from both. Examples on the wrong side, or too close to it, cost something.',
    formula: {
      by: 'loss',
      of: {
        squared: String.raw`\min_{w, b}\ \tfrac12 (|w|^2 + b^2) + \param{c}{C} \sum_n \max(0, 1 - y_n (w^\top x_n + b))^2`,
        hinge: String.raw`\min_{w, b}\ \tfrac12 (|w|^2 + b^2) + \param{c}{C} \sum_n \max(0, 1 - y_n (w^\top x_n + b))`,
      },
    },
    reference:
      'sklearn.svm.LinearSVC (liblinear); Hsieh et al. 2008, algorithm 3; R-CNN (Girshick et al. 2014), section 2.3.',
    code: {
      by: 'loss',
      of: {
        squared: 'svm = sklearn.svm.LinearSVC(C={c}).fit(features, labels)',
        hinge: "svm = sklearn.svm.LinearSVC(C={c}, loss='hinge').fit(features, labels)",
      },
    },
  },
})
