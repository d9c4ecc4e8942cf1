import { defineNode } from '../../engine/graph/node.ts'
import type { LabelsValue } from '../../engine/values/index.ts'
import { labelsOf } from '../../engine/values/labels.ts'
import { socket } from '../../engine/values/sockets.ts'
import {
  type ConfusionInput,
  confusionOutputs,
  confusionParams,
  confusionPicks,
  confusionTables,
  isListed,
} from '../confusion.ts'
import { ClassNames, throughPairs } from '../evaluation.ts'

interface Told {
  readonly name: string
  readonly right: number
  readonly found: number
  readonly score: number
}

/** Mistakes first, the surest of them first; then what is right, the least sure first. */
const worstFirst = (a: Told, b: Told): number => {
  const [wrongA, wrongB] = [a.right !== a.found, b.right !== b.found]
  return wrongA === wrongB ? (wrongA ? b.score - a.score : a.score - b.score) : Number(wrongB) - Number(wrongA)
}

/**
 * Which classes a classifier takes for which. Labels and right labels, one picture or sequences, in; of each the best counts. The
 * matrix, its mistakes, the pictures of a chosen cell, and the part that is right out.
 */
export const confusionLabels = defineNode({
  type: 'measure/confusion-labels',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Confusion of labels',
  alias: 'sklearn.metrics.confusion_matrix',
  keywords: ['confusion matrix', 'classifier', 'accuracy', 'top-1', 'mistake', 'evaluate', 'metric', 'ground truth'],
  summary: 'Counts which classes a classifier takes for which, over many pictures.',
  inputs: {
    labels: socket.labels({ collect: true, help: 'What a classifier says of each picture. The best label counts.' }),
    truth: socket.labels({ collect: true, help: 'The right labels of the same pictures.' }),
  },
  params: confusionParams,
  outputs: {
    ...confusionOutputs,
    accuracy: socket.number({ help: 'The part of the pictures whose best label is right.' }),
  },
  picks: confusionPicks,
  shape: () => {
    const table = { kind: 'table' } as const
    return { matrix: table, mistakes: table, pictures: table, accuracy: { kind: 'number' } }
  },
  run: async ({ labels, truth, normalise, right, found }, context) => {
    const classes = new ClassNames()
    const best = async (value: LabelsValue) =>
      (await labelsOf(value, (tensor) => context.ops.read(tensor, {})))[0] ?? { label: '', score: Number.NaN }
    const told: Told[] = []
    await throughPairs({ found: labels, truth }, context, async (made, truth, name) => {
      const [answer, wanted] = [await best(made), await best(truth)]
      told.push({ name, right: classes.of(wanted.label), found: classes.of(answer.label), score: answer.score })
    })
    const { ids, nameOf } = classes
    const input: ConfusionInput = {
      pictures: told.map(({ name, right, found }) => ({ name, counts: new Map([[right, new Map([[found, 1]])]]) })),
      ...{ ids, nameOf, normalise, chosen: { right, found }, unit: 'Pictures' },
    }
    const chosen = right.trim() !== '' || found.trim() !== ''
    const listed = told
      .filter((one) => !chosen || isListed(one.right, one.found, input.chosen, nameOf))
      .sort(worstFirst)
    return {
      ...confusionTables(input),
      pictures: {
        kind: 'table',
        columns: ['Picture', 'Right', 'Found', 'Score'],
        rows: listed.map((one) => [one.name, nameOf(one.right), nameOf(one.found), one.score]),
      },
      accuracy: { kind: 'number', value: told.filter(({ right, found }) => right === found).length / told.length },
    }
  },
  explain: {
    idea: 'Each picture counts in the row of the class that it has and in the column of the class that it got. What lies off the diagonal is a mistake, and its place says which one.',
    formula: String.raw`M_{ij} = |\{\, n : y_n = i,\ \hat y_n = j \,\}|, \qquad \text{accuracy} = \frac{\sum_i M_{ii}}{\sum_{ij} M_{ij}}`,
    reference: 'sklearn.metrics.confusion_matrix, accuracy_score; ImageNet top-1 (Russakovsky et al. 2015).',
    code: {
      by: 'normalise',
      of: {
        none: 'matrix = np.histogram2d(truth, labels, bins=np.arange(count + 1) - 0.5)[0]',
        truth:
          'matrix = np.histogram2d(truth, labels, bins=np.arange(count + 1) - 0.5)[0]; matrix /= matrix.sum(axis=1, keepdims=True).clip(1)',
        found:
          'matrix = np.histogram2d(truth, labels, bins=np.arange(count + 1) - 0.5)[0]; matrix /= matrix.sum(axis=0, keepdims=True).clip(1)',
      },
    },
  },
})
