import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { throughPairs } from '../evaluation.ts'
import { addPairs } from '../label-counts.ts'
import { ignoreParam, labelInputs, nameOf, pairsIn } from '../label-pairs.ts'

/**
 * Which classes are taken for which. Label maps (H, W) and right ones, one picture or sequences, in; a table out: a row for each right
 * class, a column for each found one, and the commonest mistakes.
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
  params: {
    normalise: param.choice({
      default: 'none',
      of: ['none', 'truth', 'found'],
      names: { none: 'Pixels', truth: 'Part of each right class', found: 'Part of each found class' },
      label: 'Numbers',
      help: 'Parts of a right class are recall on the diagonal, parts of a found class precision.',
    }),
    ignore: ignoreParam,
  },
  outputs: {
    matrix: socket.table({ help: 'A row for each right class, a column for each class that was found.' }),
    mistakes: socket.table({ help: 'What is taken for what, the commonest mistake first.' }),
  },
  shape: () => ({ matrix: { kind: 'table' }, mistakes: { kind: 'table' } }),
  run: async ({ labels, truth, normalise, ignore }, context) => {
    const all = new Map<number, Map<number, number>>()
    let names: readonly string[] = []
    await throughPairs({ found: labels, truth }, context, async (found, right) => {
      addPairs(all, await pairsIn(found, right, context))
      if (right.names.length > names.length) names = right.names
    })
    all.delete(ignore)
    const ids = [...new Set([...all].flatMap(([right, row]) => [right, ...row.keys()]))].sort((a, b) => a - b)
    const count = (right: number, made: number): number => all.get(right)?.get(made) ?? 0
    const sum = (of: (id: number) => number): number => ids.reduce((total, id) => total + of(id), 0)
    const rowSums = new Map(ids.map((right) => [right, sum((made) => count(right, made))]))
    const columnSums = new Map(ids.map((made) => [made, sum((right) => count(right, made))]))
    const shown = (right: number, made: number): number => {
      if (normalise === 'none') return count(right, made)
      const whole = normalise === 'truth' ? rowSums.get(right) : columnSums.get(made)
      return whole ? count(right, made) / whole : 0
    }
    const mistakes = ids
      .flatMap((right) => ids.map((made) => ({ right, made, pixels: count(right, made) })))
      .filter(({ right, made, pixels }) => right !== made && pixels > 0)
      .sort((a, b) => b.pixels - a.pixels)
    return {
      matrix: {
        kind: 'table',
        columns: ['Right ↓ found →', ...ids.map((id) => nameOf(names, id))],
        rows: ids.map((right) => [nameOf(names, right), ...ids.map((made) => shown(right, made))]),
      },
      mistakes: {
        kind: 'table',
        columns: ['Right', 'Found', 'Pixels'],
        rows: mistakes.map(({ right, made, pixels }) => [nameOf(names, right), nameOf(names, made), pixels]),
      },
    }
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
