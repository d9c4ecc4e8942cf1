import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom, picked } from '../boxes.ts'
import { idsNamed } from '../names.ts'

/** Keeps the boxes of enough score, of some classes, and of these the best. Boxes in; boxes out, best first. */
export const detectFilter = defineNode({
  type: 'detect/filter',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Filter boxes',
  alias: 'boxes[scores > 0.5]',
  keywords: ['threshold', 'confidence', 'score', 'top', 'best', 'class', 'select', 'detector'],
  summary: 'Keeps the boxes with a high enough score, of the classes that you name.',
  inputs: { boxes: socket.boxes() },
  params: {
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are left out.',
    }),
    classes: param.text({
      default: '',
      label: 'Classes',
      help: 'Names or numbers, with commas between them: person, dog. Empty: all classes.',
    }),
    count: param.integer({
      default: 0,
      min: 0,
      max: 1e6,
      soft: [0, 100],
      label: 'At most',
      help: 'The most boxes kept, the best first. 0: all.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'boxes' }) },
  shape: ({ boxes }) => {
    if (!boxes) return {}
    const { count: _, ...shape } = boxes
    return { boxes: shape }
  },
  run: async ({ boxes, score, classes, count }, { ops }) => {
    const given = await arraysOf(boxes, ops)
    const wanted = idsNamed(classes, boxes.names, 'classes')
    const kept = Array.from(given.scores, (_, index) => index)
      .filter((i) => (given.scores[i] ?? Number.NaN) >= score && (wanted?.has(given.classes[i] ?? -1) ?? true))
      .sort((a, b) => (given.scores[b] ?? 0) - (given.scores[a] ?? 0) || a - b)
      .slice(0, count === 0 ? undefined : count)
    return { boxes: await boxesFrom(picked(given, kept), boxes, ops) }
  },
  explain: {
    idea: 'A network gives a score for every guess. Where to draw the line is up to you: lower finds more and is wrong more often.',
    formula: String.raw`\{\, i : s_i \ge \param{score}{t},\ c_i \in C \,\}`,
    reference: 'NumPy boolean indexing; torchvision score_thresh and detections_per_img.',
    code: 'keep = np.argsort(-scores, kind="stable"); keep = keep[scores[keep] >= {score}]',
  },
})
