import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { countsOf, type Evaluation, evaluationInputs, evaluationOf, f1Of, ofClass } from '../evaluation.ts'
import { averagePrecision, type Curve, cocoRecalls, curveOf, interpolated, matchRules, scoresAt } from '../matching.ts'

interface Named {
  readonly key: string
  readonly name: string
  readonly curve: Curve
}

/** As many curves can be told apart. */
const most = 6

/** All boxes of these curves, as if they were of one class. */
function pooled(curves: readonly Named[]): Curve {
  const count = curves.reduce((sum, { curve }) => sum + curve.count, 0)
  const all = curves.flatMap(({ curve: { scores, recall, count } }) =>
    scores.map((score, i) => ({ score, right: Math.round(((recall[i] ?? 0) - (recall[i - 1] ?? 0)) * count) })),
  )
  let right = 0
  const found = all
    .sort((a, b) => b.score - a.score)
    .map(({ score, right: more }, i) => {
      right += more
      return { score, precision: right / (i + 1), recall: right / count }
    })
  return {
    scores: found.map(({ score }) => score),
    precision: found.map(({ precision }) => precision),
    recall: found.map(({ recall }) => recall),
    count,
  }
}

/** Which pictures are listed. */
const lists = ['all', 'false', 'missed'] as const

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
    return curve ? [{ key, name, curve }] : []
  })
}

/**
 * Precision over recall. Boxes and true boxes, one picture or sequences, in; a plot, a table of its points, and the pictures at the
 * chosen point, worst first, out.
 */
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
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Chosen score',
      help: 'The point of the curve whose pictures are listed: boxes below it do not count. A click on the curve sets it.',
    }),
    list: param.choice({
      default: 'all',
      of: lists,
      names: { all: 'All', false: 'With false boxes', missed: 'With missed boxes' },
      label: 'Pictures',
      help: 'Which pictures are listed.',
    }),
  },
  outputs: {
    curve: socket.plot({ help: 'For every recall the highest precision with which it is reached.' }),
    ap: socket.number({ help: 'The mean of the curve over 101 recalls: average precision at this overlap.' }),
    points: socket.table({ help: 'Where the curve changes: the least score, and what it gives. A click chooses it.' }),
    pictures: socket.table({ help: 'Each picture with its right, false and missed boxes at that score, worst first.' }),
  },
  picks: [
    { kind: 'place', in: 'curve', param: 'score' },
    { kind: 'row', in: 'points', columns: { score: 'Score' } },
  ],
  shape: () => ({
    ...{ curve: { kind: 'plot' }, ap: { kind: 'number' } },
    ...{ points: { kind: 'table' }, pictures: { kind: 'table' } },
  }),
  run: async ({ boxes, truth, iou, rule, class: wanted, score, list }, context) => {
    const evaluation = await evaluationOf({ boxes, truth }, context)
    const curves = curvesOf(evaluation, { iou, rule, wanted: wanted.trim() })
    const drawn = curves.map(({ name, curve }) => ({ name, values: interpolated(curve, cocoRecalls) }))
    const mean = cocoRecalls.map((_, i) => drawn.reduce((sum, { values }) => sum + (values[i] ?? 0), 0) / drawn.length)
    const each = drawn.length <= most ? drawn : []
    const only = new Set(curves.map(({ key }) => key))
    const pictures = evaluation.pictures
      .map(({ name, classes }) => {
        const drawn = new Map([...classes].filter(([key]) => only.has(key)))
        return { name, ...countsOf({ name, classes: drawn }, iou, rule, score) }
      })
      .filter((counts) => list === 'all' || counts[list] > 0)
      .map((counts) => ({ ...counts, f1: f1Of(counts) }))
      .sort((a, b) => a.f1 - b.f1 || b.false + b.missed - a.false - a.missed)
    const ap = curves.reduce((sum, { curve }) => sum + averagePrecision(curve, 'coco'), 0) / curves.length
    return {
      curve: {
        kind: 'plot',
        x: { label: 'Recall', range: [0, 1] },
        series: drawn.length === 1 ? drawn : [{ name: 'all classes', values: mean }, ...each],
        picks: { name: 'Score', values: scoresAt(pooled(curves), cocoRecalls) },
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
      pictures: {
        kind: 'table',
        columns: ['Picture', 'F1', 'Right', 'False', 'Missed'],
        rows: pictures.map((one) => [one.name, one.f1, one.right, one.false, one.missed]),
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
