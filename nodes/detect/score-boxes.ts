import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom } from '../boxes.ts'
import { largest } from '../decode.ts'
import { readNames } from '../names.ts'

/** Boxes with the best class of a row of scores each. Boxes (N) and tensor (N, C) in; boxes out, as many as are sure enough. */
export const scoreBoxes = defineNode({
  type: 'detect/score-boxes',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Score boxes',
  alias: 'scores.max(dim=1)',
  keywords: ['R-CNN', 'classify', 'proposals', 'head', 'argmax', 'labels', 'softmax', 'SVM', 'regions'],
  summary: 'Gives each box the class that a classifier found in it, with its score.',
  inputs: {
    boxes: socket.boxes({ help: 'What was classified: proposals.' }),
    scores: socket.tensor({ axes: ['NC', 'NK'], help: 'A row for each box, a column for each class.' }),
    labels: socket.boxes({
      optional: true,
      help: 'The labelled boxes that a linear SVM learned from: the names of its classes.',
    }),
  },
  params: {
    score: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes that are less sure are left out.',
    }),
    background: param.choice({
      default: 'none',
      of: ['none', 'first', 'last'],
      names: { none: 'None', first: 'The first class', last: 'The last class' },
      label: 'Background',
      help: 'Boxes of this class are left out: nothing is in them.',
    }),
    names: param.choice({
      default: 'labels',
      of: ['labels', 'file'],
      names: { labels: 'Labelled boxes', file: 'From a file' },
      label: 'Class names',
      help: 'Where the names of the classes come from. Without labelled boxes, classes are numbers.',
    }),
    file: param.file({
      default: '',
      mode: 'open',
      accept: ['json', 'txt'],
      label: 'Names',
      help: 'The names of the classes: one a line, or as JSON.',
      when: { param: 'names', is: ['file'] },
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'boxes' }) },
  shape: ({ boxes }) => {
    const { count: _, ...shape } = boxes ?? { kind: 'boxes' as const }
    return { boxes: shape }
  },
  identity: async ({ names, file }, { services, signal }) =>
    names === 'file' && file ? services.identity(file, signal) : '',
  watches: ({ names, file }) => (names === 'file' && file ? [file] : []),
  run: async ({ boxes, scores, labels, score, background, names: from, file }, { ops, services, signal }) => {
    const given = await arraysOf(boxes, ops)
    const count = given.scores.length
    const [rows = 0, classes = 0] = scores.shape
    if (scores.shape.length !== 2 || rows !== count)
      throw new SightlineError('detect.rows', { given: scores.shape.join(' × '), count })
    const names =
      from === 'file' ? readNames(await services.text(file, signal), file, classes) : (labels?.names.slice(1) ?? [])
    const numbers = await ops.read(scores, {})
    const nothing = background === 'none' ? -1 : background === 'first' ? 0 : classes - 1
    const found = Array.from({ length: count }, (_, i) => ({ i, ...largest(numbers, i * classes, classes) }))
      .filter(({ at, value }) => at !== nothing && value >= score)
      .sort((a, b) => b.value - a.value || a.i - b.i)
    const candidates = {
      boxes: found.flatMap(({ i }) => [0, 1, 2, 3].map((side) => given.boxes[4 * i + side] ?? Number.NaN)),
      scores: found.map(({ value }) => value),
      classes: found.map(({ at }) => at),
    }
    return { boxes: await boxesFrom(candidates, { width: boxes.width, height: boxes.height, names }, ops) }
  },
  explain: {
    idea: 'A proposal says where something may be, a classifier says what it is. Together they are a detection.',
    formula: String.raw`c_i = \arg\max_c s_{ic}, \qquad \text{keep } i \text{ if } s_{i c_i} \ge \param{score}{t}`,
    reference: 'R-CNN (Girshick et al. 2014), section 2.3; Fast R-CNN (Girshick 2015).',
    code: 'classes = scores.argmax(axis=1); keep = scores.max(axis=1) >= {score}',
  },
})
