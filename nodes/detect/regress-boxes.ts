import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { decoded } from '../box-coder.ts'
import { arraysOf, boxesFrom } from '../boxes.ts'
import { coderWeights, weightsParam } from '../coder-params.ts'

/**
 * Boxes moved and stretched by what a network says of each. Boxes (N) and tensor (N, 4) in, or (N, 4·K) with four numbers for each
 * class, of which those of the box's own class count; the same N boxes out.
 */
export const regressBoxes = defineNode({
  type: 'detect/regress-boxes',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Move boxes',
  alias: 'torchvision BoxCoder.decode',
  keywords: ['bounding box regression', 'R-CNN', 'Fast R-CNN', 'deltas', 'offsets', 'refine', 'dx dy dw dh', 'decode'],
  summary: 'Moves and stretches each box by four learned numbers, so that it fits what is in it.',
  inputs: {
    boxes: socket.boxes({ help: 'Proposals.' }),
    deltas: socket.tensor({
      axes: ['NC', 'NK'],
      help: 'A row for each box: dx, dy, dw and dh. Or four for each class: those of the class of the box are taken.',
    }),
  },
  params: {
    weights: weightsParam,
    clip: param.boolean({
      default: true,
      label: 'Inside the picture',
      help: 'Cuts off what would lie outside the picture.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'boxes' }) },
  shape: ({ boxes }) => {
    if (!boxes) return {}
    const { count: _, ...shape } = boxes
    return { boxes: shape }
  },
  run: async ({ boxes, deltas, weights, clip }, { ops }) => {
    const given = await arraysOf(boxes, ops)
    const count = given.scores.length
    const [rows = 0, columns = 0] = deltas.shape
    if (deltas.shape.length !== 2 || rows !== count || columns === 0 || columns % 4 !== 0)
      throw new SightlineError('detect.deltas', { given: deltas.shape.join(' × '), count })
    const numbers = await ops.read(deltas, {})
    const coder = coderWeights(weights)
    const moved = Array.from({ length: count }, (_, i) => {
      const id = columns === 4 ? 0 : (given.classes[i] ?? 0)
      if (4 * id >= columns)
        throw new SightlineError('detect.delta-class', { id, name: boxes.names[id] ?? String(id), count: columns / 4 })
      const box = decoded(given.boxes, i, numbers, i * columns + 4 * id, coder)
      const sides = [boxes.width, boxes.height]
      return clip ? box.map((v, k) => Math.min(Math.max(v, 0), sides[k % 2] ?? v)) : box
    })
    return { boxes: await boxesFrom({ ...given, boxes: moved.flat() }, boxes, ops) }
  },
  explain: {
    idea: 'A proposal is seldom quite right. From what it sees inside, a network guesses where the thing really ends: by which part of its width the box should move, and how much wider it should be.',
    formula: String.raw`x' = x + d_x w, \quad y' = y + d_y h, \qquad w' = w\,e^{\min(d_w,\, \ln(1000/16))}, \quad h' = h\,e^{\min(d_h,\, \ln(1000/16))}`,
    reference:
      'R-CNN (Girshick et al. 2014), appendix C; torchvision.models.detection BoxCoder.decode, clip_boxes_to_image.',
    code: {
      by: 'clip',
      of: {
        true: 'coder = torchvision.models.detection._utils.BoxCoder({weights}); moved = torchvision.ops.clip_boxes_to_image(coder.decode_single(deltas, boxes), (height, width))',
        false:
          'coder = torchvision.models.detection._utils.BoxCoder({weights}); moved = coder.decode_single(deltas, boxes)',
      },
    },
  },
})
