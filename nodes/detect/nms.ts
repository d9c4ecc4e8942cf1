import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom, picked } from '../boxes.ts'
import { nms, nmsMethods } from '../nms.ts'
import { toldNms } from '../nms-steps.ts'

/** Keeps the best of boxes that overlap. Boxes in; boxes out, best first; soft methods lower scores. See `nodes/nms.ts`. */
export const detectNms = defineNode({
  type: 'detect/nms',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Non-maximum suppression',
  alias: 'torchvision.ops.batched_nms',
  keywords: ['NMS', 'Soft-NMS', 'overlap', 'IoU', 'Jaccard', 'duplicates', 'detector', 'boxes', 'postprocess'],
  summary: 'Keeps the best of the boxes that overlap.',
  inputs: { boxes: socket.boxes() },
  params: {
    iou: param.number({
      default: 0.45,
      min: 0,
      max: 1,
      label: 'Overlap',
      help: 'A box goes, or loses score, if it overlaps a better one by more than this (intersection over union).',
      when: { param: 'method', is: ['hard', 'class', 'soft-linear'] },
    }),
    score: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are left out; with Soft also those that fall below it.',
    }),
    method: param.choice({
      default: 'class',
      of: nmsMethods,
      names: {
        hard: 'All classes together',
        class: 'Each class',
        soft: 'Soft (Gaussian)',
        'soft-linear': 'Soft (linear)',
      },
      label: 'Method',
      help: 'The soft methods lower the scores of overlapping boxes instead of removing them.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'boxes' }) },
  shape: ({ boxes }) => {
    if (!boxes) return {}
    const { count: _, ...shape } = boxes
    return { boxes: shape }
  },
  run: async ({ boxes, iou, score, method }, { ops }) => {
    const given = await arraysOf(boxes, ops)
    const kept = nms(given, { iou, score, method })
    const order = kept.map(({ index }) => index)
    const candidates = { ...picked(given, order), scores: kept.map((one) => one.score) }
    return { boxes: await boxesFrom(candidates, boxes, ops) }
  },
  steps: {
    over: 'boxes',
    async *of({ boxes, iou, score, method }, { read }) {
      const [sides, weights, ids] = await Promise.all([boxes.boxes, boxes.scores, boxes.classes].map(read))
      const given = { boxes: sides ?? [], scores: weights ?? [], classes: ids ?? [] }
      yield* toldNms(given, { iou, score, method }, boxes.names)
    },
  },
  explain: {
    idea: 'A detector finds one thing many times, with boxes that lie almost over each other. The surest box stays, and those that overlap it too much go; then the next.',
    formula: {
      by: 'method',
      of: {
        hard: String.raw`\text{drop } j \text{ if } \frac{|B_i \cap B_j|}{|B_i \cup B_j|} > \param{iou}{t}`,
        class: String.raw`\text{drop } j \text{ if } c_i = c_j \text{ and } \frac{|B_i \cap B_j|}{|B_i \cup B_j|} > \param{iou}{t}`,
        soft: String.raw`s_j \leftarrow s_j\,e^{-\mathrm{IoU}(B_i, B_j)^2 / 0.5}`,
        'soft-linear': String.raw`s_j \leftarrow s_j\,(1 - \mathrm{IoU}(B_i, B_j)) \text{ if } \mathrm{IoU}(B_i, B_j) > \param{iou}{t}`,
      },
    },
    reference: 'torchvision.ops.nms, batched_nms; Soft-NMS (Bodla et al. 2017), equations 2 and 3.',
    code: {
      by: 'method',
      of: {
        hard: 'keep = cv2.dnn.NMSBoxes(np.c_[boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], scores, {score}, {iou})',
        class:
          'apart = boxes + classes[:, np.newaxis] * (boxes.max() + 1); keep = cv2.dnn.NMSBoxes(np.c_[apart[:, :2], apart[:, 2:] - apart[:, :2]], scores, {score}, {iou})',
        'soft-linear':
          'scores, keep = cv2.dnn.softNMSBoxes(np.rint(np.c_[boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).astype(int), scores, {score}, {iou}, method=cv2.dnn.SOFT_NMSMETHOD_SOFTNMS_LINEAR)',
        soft: 'scores, keep = cv2.dnn.softNMSBoxes(np.rint(np.c_[boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).astype(int), scores, {score}, {iou}, sigma=0.5)',
      },
    },
  },
})
