import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { encoded } from '../box-coder.ts'
import { arraysOf } from '../boxes.ts'
import { coderWeights, weightsParam } from '../coder-params.ts'
import { exactIou, sidesAt } from '../matching.ts'

/**
 * What a network should say of each proposal, to learn from. Boxes (N) and true boxes in; tensor (N, 4) out: dx, dy, dw, dh to the
 * true box that it overlaps most.
 */
export const boxTargets = defineNode({
  type: 'detect/box-targets',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Box targets',
  alias: 'torchvision BoxCoder.encode',
  keywords: [
    'bounding box regression',
    'R-CNN',
    'Fast R-CNN',
    'deltas',
    'offsets',
    'training',
    'dx dy dw dh',
    'encode',
  ],
  summary: 'Says how each proposal should move to fit the true box that it overlaps most.',
  inputs: {
    boxes: socket.boxes({ help: 'Proposals.' }),
    truth: socket.boxes({ help: 'The right boxes of the same picture.' }),
  },
  params: { weights: weightsParam },
  outputs: { targets: socket.tensor({ axes: ['NC'], help: 'dx, dy, dw and dh of each proposal.' }) },
  shape: ({ boxes }) =>
    boxes?.count === undefined ? {} : { targets: { kind: 'tensor', shape: [boxes.count, 4], axes: ['N', 'C'] } },
  run: async ({ boxes, truth, weights }, { ops }) => {
    const [given, right] = await Promise.all([arraysOf(boxes, ops), arraysOf(truth, ops)])
    if (right.scores.length === 0) throw new SightlineError('detect.no-truth', {})
    const coder = coderWeights(weights)
    const count = given.scores.length
    const numbers = new Float32Array(4 * count)
    for (let i = 0; i < count; i++) {
      const ious = Array.from(right.scores, (_, j) => exactIou(sidesAt(given.boxes, i), sidesAt(right.boxes, j)))
      const best = ious.reduce((most, iou, j) => (iou > (ious[most] ?? 0) ? j : most), 0)
      numbers.set(encoded(given.boxes, i, right.boxes, best, coder), 4 * i)
    }
    const shape = { kind: 'tensor', shape: [count, 4], axes: ['N', 'C'] } as const
    return { targets: (await ops.fromNumbers({ shape, numbers })) as TensorValue }
  },
  explain: {
    idea: 'To learn how boxes should move, a network needs examples. These are the four numbers that would move each proposal exactly onto the thing it shows a part of.',
    formula: String.raw`t_x = \frac{G_x - P_x}{P_w}, \quad t_y = \frac{G_y - P_y}{P_h}, \qquad t_w = \ln \frac{G_w}{P_w}, \quad t_h = \ln \frac{G_h}{P_h}`,
    reference:
      'R-CNN (Girshick et al. 2014), appendix C, equations 6 to 9; torchvision.models.detection BoxCoder.encode.',
    code: 'coder = torchvision.models.detection._utils.BoxCoder({weights}); targets = coder.encode_single(truth[overlaps.argmax(axis=1)], boxes)',
  },
})
