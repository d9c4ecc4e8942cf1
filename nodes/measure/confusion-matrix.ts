import { defineNode } from '../../engine/graph/node.ts'
import {
  type ConfusionInput,
  type Counted,
  confusedPictures,
  confusionOutputs,
  confusionParams,
  confusionPicks,
  confusionTables,
} from '../confusion.ts'
import { throughPairs } from '../evaluation.ts'
import { ignoreParam, labelInputs, nameOf, pairsIn } from '../label-pairs.ts'

/**
 * Which classes are taken for which. Label maps (H, W) and right ones, one picture or sequences, in; a table out: a row for each right
 * class, a column for each found one, the commonest mistakes, and the pictures of a chosen cell.
 */
export const confusionMatrix = defineNode({
  type: 'measure/confusion-matrix',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Confusion matrix',
  alias: 'sklearn.metrics.confusion_matrix',
  keywords: ['confuse', 'mistake', 'classes', 'segmentation', 'evaluate', 'metric', 'ground truth', 'contingency'],
  summary: 'Counts which classes of label maps are taken for which.',
  inputs: labelInputs,
  params: { ...confusionParams, ignore: ignoreParam },
  outputs: confusionOutputs,
  picks: confusionPicks,
  shape: () => ({ matrix: { kind: 'table' }, mistakes: { kind: 'table' }, pictures: { kind: 'table' } }),
  run: async ({ labels, truth, normalise, right, found, ignore }, context) => {
    const pictures: Counted[] = []
    let names: readonly string[] = []
    await throughPairs({ found: labels, truth }, context, async (made, truth, name) => {
      const counts = new Map(await pairsIn(made, truth, context))
      counts.delete(ignore)
      pictures.push({ name, counts })
      if (truth.names.length > names.length) names = truth.names
    })
    const ids = new Set(pictures.flatMap(({ counts }) => [...counts].flatMap(([id, row]) => [id, ...row.keys()])))
    const input: ConfusionInput = {
      pictures,
      ids: [...ids].sort((a, b) => a - b),
      nameOf: (id) => nameOf(names, id),
      normalise,
      chosen: { right, found },
      unit: 'Pixels',
    }
    return { ...confusionTables(input), pictures: confusedPictures(input) }
  },
  explain: {
    idea: 'Each pixel counts in the row of the class that it has and in the column of the class that it got. What lies off the diagonal is a mistake, and its place says which one.',
    formula: String.raw`M_{ij} = |\{\, p : G(p) = i,\ P(p) = j \,\}|`,
    reference: 'sklearn.metrics.confusion_matrix; chapter 6.4.',
    code: {
      by: 'normalise',
      of: {
        none: 'matrix = np.histogram2d(truth[truth != {ignore}], labels[truth != {ignore}], bins=np.arange(count + 1) - 0.5)[0]',
        truth:
          'matrix = np.histogram2d(truth[truth != {ignore}], labels[truth != {ignore}], bins=np.arange(count + 1) - 0.5)[0]; matrix /= matrix.sum(axis=1, keepdims=True).clip(1)',
        found:
          'matrix = np.histogram2d(truth[truth != {ignore}], labels[truth != {ignore}], bins=np.arange(count + 1) - 0.5)[0]; matrix /= matrix.sum(axis=0, keepdims=True).clip(1)',
      },
    },
  },
})
