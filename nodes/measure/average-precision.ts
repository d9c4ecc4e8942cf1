import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { countsOf, type Evaluation, evaluationInputs, evaluationOf, f1Of, ofClass } from '../evaluation.ts'
import { type ApMethod, apMethods, averagePrecision, type Curve, cocoLimits, curveOf, ruleOf } from '../matching.ts'

const meanOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => a + b, 0) / numbers.length

interface ClassRow {
  readonly name: string
  readonly truth: number
  readonly found: number
  /** At each limit. */
  readonly ap: readonly number[]
  /** The highest recall, at each limit. */
  readonly recall: readonly number[]
}

/** The classes that there is anything to find of. */
function rowsOf(evaluation: Evaluation, limits: readonly number[], method: ApMethod): readonly ClassRow[] {
  return [...evaluation.classes].flatMap(([key, name]): ClassRow[] => {
    const pictures = ofClass(evaluation, key)
    const curves = limits.map((limit) => curveOf(pictures, limit, ruleOf(method)))
    const there = curves.filter((curve): curve is Curve => curve !== undefined)
    if (there.length === 0) return []
    return [
      {
        name,
        truth: there[0]?.count ?? 0,
        found: pictures.reduce((sum, { found }) => sum + found.length, 0),
        ap: there.map((curve) => averagePrecision(curve, method)),
        recall: there.map((curve) => curve.recall.at(-1) ?? 0),
      },
    ]
  })
}

/**
 * Average precision of a detector over pictures with ground truth. Boxes and true boxes, one picture or sequences of them, in; the
 * mean over classes, a table of the classes and one of the pictures, worst first, out.
 */
export const averagePrecisionNode = defineNode({
  type: 'measure/average-precision',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Average precision (mAP)',
  alias: 'pycocotools.COCOeval',
  keywords: ['AP', 'mAP', 'AP50', 'COCO', 'VOC', 'PASCAL', 'evaluate', 'metric', 'detector', 'recall', 'ground truth'],
  summary: 'Measures how good a detector is, against the right boxes of pictures.',
  inputs: evaluationInputs,
  params: {
    method: param.choice({
      default: 'coco',
      of: apMethods,
      names: { coco: 'COCO (IoU 0.5 to 0.95)', voc2010: 'VOC 2010 (area)', voc2007: 'VOC 2007 (11 points)' },
      label: 'Method',
      help: 'Published numbers can only be compared if they were made with the same method.',
    }),
    iou: param.number({
      default: 0.5,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      label: 'Overlap',
      help: 'A box is right if it overlaps a true one by this much. COCO averages over 0.5 to 0.95; there it is for the pictures only.',
    }),
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score of pictures',
      help: 'Which boxes count in the list of pictures. AP looks at every score.',
    }),
  },
  outputs: {
    table: socket.table({ help: 'Each class, and the mean of all classes.' }),
    map: socket.number({
      help: 'The mean of the average precision of all classes; NaN where there is nothing to find.',
    }),
    pictures: socket.table({ help: 'Each picture with its right, false and missed boxes, worst first.' }),
  },
  shape: () => ({ table: { kind: 'table' }, map: { kind: 'number' }, pictures: { kind: 'table' } }),
  run: async ({ boxes, truth, method, iou, score }, context) => {
    const evaluation = await evaluationOf({ boxes, truth }, context)
    const coco = method === 'coco'
    const limits = coco ? cocoLimits : [iou]
    const rows = rowsOf(evaluation, limits, method)
    const numbers = ({ ap, recall }: Pick<ClassRow, 'ap' | 'recall'>): number[] =>
      coco ? [meanOf(ap), ap[0] ?? Number.NaN, ap[5] ?? Number.NaN, meanOf(recall)] : [meanOf(ap), meanOf(recall)]
    const made = rows.map(numbers)
    const all = (coco ? [0, 1, 2, 3] : [0, 1]).map((i) => meanOf(made.map((row) => row[i] ?? Number.NaN)))
    const sum = (of: (row: ClassRow) => number): number => rows.reduce((total, row) => total + of(row), 0)
    const pictures = evaluation.pictures
      .map((picture) => ({ name: picture.name, ...countsOf(picture, iou, ruleOf(method), score) }))
      .map((counts) => ({ ...counts, f1: f1Of(counts) }))
      .sort((a, b) => a.f1 - b.f1 || b.false + b.missed - a.false - a.missed)
    return {
      table: {
        kind: 'table',
        columns: ['Class', ...(coco ? ['AP', 'AP50', 'AP75', 'AR'] : ['AP', 'Recall']), 'To find', 'Found'],
        rows: [
          ['all classes', ...all, sum(({ truth }) => truth), sum(({ found }) => found)],
          ...rows.map((row, i) => [row.name, ...(made[i] ?? []), row.truth, row.found]),
        ],
      },
      map: { kind: 'number', value: all[0] ?? Number.NaN },
      pictures: {
        kind: 'table',
        columns: ['Picture', 'F1', 'Right', 'False', 'Missed'],
        rows: pictures.map((one) => [one.name, one.f1, one.right, one.false, one.missed]),
      },
    }
  },
  explain: {
    idea: 'Take the boxes of all pictures, surest first, and note after each how many were right so far (precision) and how much of everything was found (recall). The area under this curve is the average precision; the mean over the classes is mAP.',
    formula: {
      by: 'method',
      of: {
        coco: String.raw`\mathrm{AP} = \frac{1}{10} \sum_{t = 0.5}^{0.95} \frac{1}{101} \sum_{r = 0}^{1} \max_{r' \ge r} p_t(r')`,
        voc2010: String.raw`\mathrm{AP} = \int_0^1 \max_{r' \ge r} p(r')\, dr, \quad \mathrm{IoU} > \param{iou}{t}`,
        voc2007: String.raw`\mathrm{AP} = \frac{1}{11} \sum_{r \in \{0, 0.1, \ldots, 1\}} \max_{r' \ge r} p(r'), \quad \mathrm{IoU} > \param{iou}{t}`,
      },
    },
    reference:
      'pycocotools COCOeval (all areas, 100 boxes a picture and class); VOCdevkit VOCevaldet and VOCap, 2007 and 2010; chapter 6.3.',
    code: {
      by: 'method',
      of: {
        coco: 'ceiling = np.maximum.accumulate(precision[::-1])[::-1]; AP = np.mean([ceiling[i] if i < len(recall) else 0 for i in np.searchsorted(recall, np.linspace(0, 1, 101))])',
        voc2010:
          'ceiling = np.maximum.accumulate(precision[::-1])[::-1]; AP = np.sum(np.diff(recall, prepend=0) * ceiling)',
        voc2007: 'AP = np.mean([precision[recall >= t].max(initial=0) for t in np.linspace(0, 1, 11)])',
      },
    },
  },
})
