import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { caseOf } from '../evaluation.ts'
import { type BoxSides, matchBoxes, matchRules } from '../matching.ts'

const outcomes = ['right', 'false', 'missed', 'ignored'] as const

interface Told {
  readonly name: string
  readonly box: BoxSides
  readonly score: number
  readonly outcome: (typeof outcomes)[number]
  readonly iou: number
}

/**
 * Which boxes are right. Boxes and true boxes of one picture in; all boxes with their outcome as class (right, false, missed,
 * ignored), a table and three counts out.
 */
export const match = defineNode({
  type: 'measure/match',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Match boxes',
  alias: 'COCOeval.evaluateImg',
  keywords: [
    'true positive',
    'false positive',
    'false negative',
    'TP',
    'FP',
    'FN',
    'match',
    'evaluate',
    'ground truth',
  ],
  summary: 'Shows which boxes of a detector are right, which are false, and which are missing.',
  inputs: {
    boxes: socket.boxes({ help: 'What a detector found.' }),
    truth: socket.boxes({ help: 'The right boxes. A score of 0 marks one that counts neither way.' }),
  },
  params: {
    iou: param.number({
      default: 0.5,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      label: 'Overlap',
      help: 'A box is right if it overlaps a true one by this much (intersection over union).',
    }),
    score: param.number({
      default: 0,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are not looked at.',
    }),
    rule: param.choice({
      default: 'coco',
      of: matchRules,
      names: { coco: 'COCO', voc: 'VOC' },
      label: 'Matching',
      help: 'VOC gives a box to the true one that it overlaps most, even if that is taken; COCO to the best that is free.',
    }),
  },
  outputs: {
    boxes: socket.boxes({ over: 'boxes', help: 'What was found, and what is missing, by outcome.' }),
    table: socket.table({ help: 'Each box with its class, outcome and overlap.' }),
    right: socket.number({ help: 'How many true boxes were found (true positives).' }),
    wrong: socket.number({ help: 'How many found boxes are false (false positives).' }),
    missed: socket.number({ help: 'How many true boxes were not found (false negatives).' }),
  },
  shape: ({ boxes }) => {
    const { count: _, ...shape } = boxes ?? { kind: 'boxes' as const }
    const number = { kind: 'number' } as const
    return { boxes: shape, table: { kind: 'table' }, right: number, wrong: number, missed: number }
  },
  run: async ({ boxes, truth, iou, score, rule }, { ops }) => {
    const picture = await caseOf('', boxes, truth, ops)
    const told = [...picture.classes].flatMap(([name, one]): Told[] => {
      const found = one.found.filter((box) => box.score >= score)
      const matched = matchBoxes({ ...one, found }, iou, rule)
      const taken = new Set(matched.map((of) => (of?.outcome === 'right' ? of.truth : -1)))
      return [
        ...found.map((box, i) => ({
          name,
          ...box,
          outcome: matched[i]?.outcome ?? 'false',
          iou: matched[i]?.iou ?? 0,
        })),
        ...one.truth.flatMap(({ box, ignored }, i): Told[] =>
          ignored || taken.has(i) ? [] : [{ name, box, score: 1, outcome: 'missed', iou: 0 }],
        ),
      ]
    })
    const counted = (outcome: Told['outcome']) =>
      ({ kind: 'number', value: told.filter((one) => one.outcome === outcome).length }) as const
    const candidates = {
      boxes: told.flatMap(({ box }) => box),
      scores: told.map((one) => one.score),
      classes: told.map(({ outcome }) => outcomes.indexOf(outcome)),
    }
    return {
      boxes: await boxesFrom(candidates, { ...boxes, names: outcomes }, ops),
      table: {
        kind: 'table',
        columns: ['Class', 'Outcome', 'IoU', 'Score'],
        rows: told.map((one) => [one.name, one.outcome, one.iou, one.outcome === 'missed' ? '–' : one.score]),
      },
      right: counted('right'),
      wrong: counted('false'),
      missed: counted('missed'),
    }
  },
  explain: {
    idea: 'The surest box looks for a true box of its class that it overlaps enough. If there is one that no other has taken, it is right; if not, it is a false alarm. True boxes that nobody took are missed.',
    formula: String.raw`\text{right} \iff \max_{j\ \text{free}} \mathrm{IoU}(B_i, G_j) \ge \param{iou}{t}`,
    reference: 'pycocotools COCOeval.evaluateImg; VOCdevkit VOCevaldet; chapter 6.3.',
    code: 'best = overlaps.argmax(axis=1); right = overlaps.max(axis=1) >= {iou}',
  },
})
