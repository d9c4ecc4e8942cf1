import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Evaluation, evaluationInputs, evaluationOf, ofClass } from '../evaluation.ts'
import { averagePrecision, type Curve, cocoRecalls, curveOf, interpolated, matchRules } from '../matching.ts'

interface Named {
  readonly name: string
  readonly curve: Curve
}

/** As many curves can be told apart. */
const most = 6

/** The curves of the class that is named, or of all classes. */
function curvesOf(
  evaluation: Evaluation,
  { iou, rule, wanted }: { readonly iou: number; readonly rule: 'coco' | 'voc'; readonly wanted: string },
): readonly Named[] {
  const names = [...evaluation.classes]
  const chosen = wanted === '' ? names : names.filter(([, name]) => name.toLowerCase() === wanted.toLowerCase())
  if (chosen.length === 0 && wanted !== '')
    throw new SightlineError('param.invalid', {
      param: 'class',
      given: `"${wanted}"`,
      wanted: `one of the classes of the annotations (${names.map(([, name]) => name).join(', ') || 'there are none'})`,
    })
  return chosen.flatMap(([key, name]): Named[] => {
    const curve = curveOf(ofClass(evaluation, key), iou, rule)
    return curve ? [{ name, curve }] : []
  })
}

/** Precision over recall. Boxes and true boxes, one picture or sequences, in; a plot and a table of its points out. */
export const prCurve = defineNode({
  type: 'measure/pr-curve',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Precision and recall',
  alias: 'sklearn.metrics.precision_recall_curve',
  keywords: ['PR curve', 'AP', 'evaluate', 'metric', 'detector', 'threshold', 'ground truth', 'operating point'],
  summary: 'Draws how often a detector is right against how much it finds.',
  inputs: evaluationInputs,
  params: {
    iou: param.number({
      default: 0.5,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      label: 'Overlap',
      help: 'A box is right if it overlaps a true one by this much (intersection over union).',
    }),
    rule: param.choice({
      default: 'coco',
      of: matchRules,
      names: { coco: 'COCO', voc: 'VOC' },
      label: 'Matching',
      help: 'VOC gives a box to the true one that it overlaps most, even if that is taken; COCO to the best that is free.',
    }),
    class: param.text({
      default: '',
      label: 'Class',
      help: 'The curve of one class: person. Empty: the mean of all classes, and each if there are few.',
    }),
  },
  outputs: {
    curve: socket.plot({ help: 'For every recall the highest precision with which it is reached.' }),
    ap: socket.number({ help: 'The mean of the curve over 101 recalls: average precision at this overlap.' }),
    points: socket.table({ help: 'Where the curve changes: the least score, and what it gives.' }),
  },
  shape: () => ({ curve: { kind: 'plot' }, ap: { kind: 'number' }, points: { kind: 'table' } }),
  run: async ({ boxes, truth, iou, rule, class: wanted }, context) => {
    const evaluation = await evaluationOf({ boxes, truth }, context)
    const curves = curvesOf(evaluation, { iou, rule, wanted: wanted.trim() })
    const drawn = curves.map(({ name, curve }) => ({ name, values: interpolated(curve, cocoRecalls) }))
    const mean = cocoRecalls.map((_, i) => drawn.reduce((sum, { values }) => sum + (values[i] ?? 0), 0) / drawn.length)
    const each = drawn.length <= most ? drawn : []
    const ap = curves.reduce((sum, { curve }) => sum + averagePrecision(curve, 'coco'), 0) / curves.length
    return {
      curve: {
        kind: 'plot',
        x: { label: 'Recall', range: [0, 1] },
        series: drawn.length === 1 ? drawn : [{ name: 'all classes', values: mean }, ...each],
      },
      ap: { kind: 'number', value: ap },
      points: {
        kind: 'table',
        columns: ['Class', 'Score', 'Precision', 'Recall', 'F1'],
        rows: curves.flatMap(({ name, curve: { scores, precision, recall } }) =>
          scores.map((score, i) => {
            const [p, r] = [precision[i] ?? 0, recall[i] ?? 0]
            return [name, score, p, r, p + r === 0 ? 0 : (2 * p * r) / (p + r)]
          }),
        ),
      },
    }
  },
  explain: {
    idea: 'Lower the score that a box needs, step by step. More and more is found (recall), and more and more of it is wrong (precision). The curve shows what each threshold costs.',
    formula: String.raw`p = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP}}, \quad r = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FN}}, \quad \mathrm{TP}: \mathrm{IoU} \ge \param{iou}{t}`,
    reference: 'pycocotools COCOeval.accumulate, evaluateImg; VOCdevkit VOCevaldet; chapter 6.3.',
    code: 'right = np.cumsum(hits); precision = right / np.arange(1, len(hits) + 1); recall = right / count',
  },
})
