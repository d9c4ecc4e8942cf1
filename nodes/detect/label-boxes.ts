import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom } from '../boxes.ts'
import { exactIou, sidesAt } from '../matching.ts'

/**
 * Examples to learn from: each proposal gets the class of the true box that it overlaps most. Boxes (N) and true boxes in; the same N
 * boxes out, with class 0 for the background and a score of 0 for those in between, and how many of each there are.
 */
export const labelBoxes = defineNode({
  type: 'detect/label-boxes',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Label boxes',
  alias: 'torchvision Matcher',
  keywords: ['R-CNN', 'proposals', 'assign', 'targets', 'positive', 'negative', 'ground truth', 'training', 'samples'],
  summary: 'Says which proposals show a thing and which show none, by how they overlap true boxes.',
  inputs: {
    boxes: socket.boxes({ help: 'Proposals.' }),
    truth: socket.boxes({ help: 'The right boxes of the same picture.' }),
  },
  params: {
    high: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
      label: 'From this overlap on',
      help: 'A proposal shows the thing (intersection over union).',
    }),
    low: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      step: 0.05,
      label: 'Below this overlap',
      help: 'It shows background. Those in between are not learned from. R-CNN uses 0.3.',
    }),
  },
  outputs: {
    boxes: socket.boxes({ over: 'boxes' }),
    positive: socket.number({ help: 'How many show a thing.' }),
    negative: socket.number({ help: 'How many show background.' }),
  },
  shape: ({ boxes }) => {
    const { count: _, ...shape } = boxes ?? { kind: 'boxes' as const }
    return { boxes: shape, positive: { kind: 'number' }, negative: { kind: 'number' } }
  },
  run: async ({ boxes, truth, high, low }, { ops }) => {
    if (low > high)
      throw new SightlineError('param.invalid', { param: 'low', given: String(low), wanted: `at most ${high}` })
    const [given, right] = await Promise.all([arraysOf(boxes, ops), arraysOf(truth, ops)])
    const labelled = Array.from(given.scores, (_, i) => {
      const ious = Array.from(right.scores, (_, j) => exactIou(sidesAt(given.boxes, i), sidesAt(right.boxes, j)))
      const most = Math.max(0, ...ious)
      if (most < low || ious.length === 0) return { id: 0, used: 1 }
      return most >= high ? { id: 1 + (right.classes[ious.indexOf(most)] ?? 0), used: 1 } : { id: 0, used: 0 }
    })
    const number = (value: number) => ({ kind: 'number', value }) as const
    return {
      boxes: await boxesFrom(
        { boxes: given.boxes, scores: labelled.map(({ used }) => used), classes: labelled.map(({ id }) => id) },
        { width: boxes.width, height: boxes.height, names: ['background', ...truth.names] },
        ops,
      ),
      positive: number(labelled.filter(({ id }) => id > 0).length),
      negative: number(labelled.filter(({ id, used }) => id === 0 && used > 0).length),
    }
  },
  explain: {
    idea: 'A network learns from examples. A proposal that covers most of a thing is one for it, a proposal that hardly touches any is one for background; what is half and half would teach neither.',
    formula: String.raw`c_i = \begin{cases} c(G_j) & \mathrm{IoU}(B_i, G_j) \ge \param{high}{t_1} \\ 0 & \max_j \mathrm{IoU}(B_i, G_j) < \param{low}{t_0} \end{cases}`,
    reference: 'R-CNN (Girshick et al. 2014), section 2.3 and appendix B; torchvision.models.detection Matcher.',
    code: 'best = overlaps.argmax(axis=1); labels = np.where(overlaps.max(axis=1) >= {high}, 1 + best, np.where(overlaps.max(axis=1) < {low}, 0, -1))',
  },
})
