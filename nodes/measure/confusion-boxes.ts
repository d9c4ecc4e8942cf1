import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import {
  type ConfusionInput,
  type Counted,
  confusedPictures,
  confusionOutputs,
  confusionParams,
  confusionPicks,
  confusionTables,
} from '../confusion.ts'
import { boxesIn, ClassNames, evaluationInputs, throughPairs } from '../evaluation.ts'
import { confuseBoxes } from '../matching.ts'

/** Its name is no class's. */
const background = 'background'

/**
 * Which classes a detector takes for which. Boxes and true boxes, one picture or sequences, in; the matrix with a row and a column
 * for the background, its mistakes, and the pictures of a chosen cell out.
 */
export const confusionBoxes = defineNode({
  type: 'measure/confusion-boxes',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Confusion of boxes',
  alias: 'ConfusionMatrix.process_batch',
  keywords: ['confusion matrix', 'detector', 'mistake', 'background', 'false positive', 'evaluate', 'ground truth'],
  summary: 'Counts which classes a detector takes for which, and what it misses or makes up.',
  inputs: evaluationInputs,
  params: {
    ...confusionParams,
    score: param.number({
      default: 0.25,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are not looked at.',
    }),
    iou: param.number({
      default: 0.45,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      label: 'Overlap',
      help: 'Two boxes are of one thing if they overlap by more than this (intersection over union).',
    }),
  },
  outputs: confusionOutputs,
  picks: confusionPicks,
  shape: () => ({ matrix: { kind: 'table' }, mistakes: { kind: 'table' }, pictures: { kind: 'table' } }),
  run: async ({ boxes, truth, normalise, right, found, score, iou }, context) => {
    const classes = new ClassNames()
    const pictures: Counted[] = []
    /** The number of the background. */
    const nothing = -1
    await throughPairs({ found: boxes, truth }, context, async (made, truth, name) => {
      const [all, wanted] = await Promise.all([boxesIn(made, context.ops), boxesIn(truth, context.ops)])
      const sure = all.filter((one) => one.score >= score)
      const pairs = confuseBoxes(
        sure,
        wanted.map(({ box, score }) => ({ box, ignored: score <= 0 })),
        iou,
      )
      const counts = new Map<number, Map<number, number>>()
      for (const [i, j] of pairs) {
        const [right, found] = [wanted[i], sure[j]].map((one) => (one ? classes.of(one.name) : nothing))
        const row = counts.get(right ?? nothing) ?? new Map<number, number>()
        counts.set(right ?? nothing, row)
        row.set(found ?? nothing, (row.get(found ?? nothing) ?? 0) + 1)
      }
      pictures.push({ name, counts })
    })
    const input: ConfusionInput = {
      pictures,
      ids: [...classes.ids, nothing],
      nameOf: (id) => (id === nothing ? background : classes.nameOf(id)),
      ...{ normalise, chosen: { right, found }, unit: 'Boxes' },
    }
    return { ...confusionTables(input), pictures: confusedPictures(input) }
  },
  explain: {
    idea: 'Boxes are paired with true ones by their overlap, whatever their classes. A pair counts in the row of its right class and the column of the found one. A true box without a partner is taken for background; a found one without a partner is background taken for something.',
    formula: String.raw`M_{ij} = |\{\, (G, B) : \mathrm{IoU}(G, B) > \param{iou}{t},\ c(G) = i,\ c(B) = j \,\}|`,
    reference:
      'Confusion matrix of YOLOv5 and of supervision: a found box keeps the true one that it overlaps most, then a true box the found one; crowds count neither way.',
    code: 'i, j = np.nonzero(overlaps > {iou}); order = np.argsort(-overlaps[i, j]); j, first = np.unique(j[order], return_index=True)',
  },
})
