import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom, picked } from '../boxes.ts'
import { type Candidates, nms } from '../nms.ts'

/** Thinner boxes, in pixels, are no places to look at; torchvision's min_size. */
const thinnest = 1e-3

function clipped({ boxes, ...rest }: Candidates, width: number, height: number): Candidates {
  const sides = [width, height]
  return { ...rest, boxes: Float32Array.from(boxes, (v, i) => Math.min(Math.max(v, 0), sides[i % 2] ?? v)) }
}

/** The places of the best `count` of each class, best first. */
function bestOfEach({ scores, classes }: Candidates, count: number): readonly number[] {
  const taken = new Map<number, number>()
  return Array.from(scores, (_, i) => i)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .filter((i) => {
      const before = taken.get(classes[i] ?? 0) ?? 0
      taken.set(classes[i] ?? 0, before + 1)
      return before < count
    })
}

/**
 * What a region proposal network does with its answers. Boxes (N, 4) with scores 0..1 for how sure it is that anything is there in;
 * the M best of those that do not overlap out, (M, 4) within the picture, best first, all of the one class "something".
 * @see torchvision.models.detection.rpn, RegionProposalNetwork.filter_proposals
 */
export const detectProposals = defineNode({
  type: 'detect/proposals',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Region proposals',
  alias: 'torchvision RegionProposalNetwork',
  keywords: ['RPN', 'Faster R-CNN', 'objectness', 'proposals', 'regions', 'NMS', 'anchors', 'top', 'class-agnostic'],
  summary: 'Keeps the boxes that most likely hold something, whatever it is: where a detector looks again.',
  inputs: {
    boxes: socket.boxes({ help: 'Moved anchors, with how sure the network is of each: from "Decode boxes".' }),
  },
  params: {
    before: param.integer({
      default: 1000,
      min: 1,
      max: 20_000,
      soft: [100, 6000],
      label: 'Best before NMS',
      help: 'How many of the best boxes enter suppression; with "Each class by itself", of each class. Faster R-CNN takes 6,000, torchvision 1,000 per level.',
    }),
    iou: param.number({
      default: 0.7,
      min: 0,
      max: 1,
      label: 'Overlap',
      help: 'A box goes if it overlaps a better one by more than this (intersection over union). Faster R-CNN uses 0.7.',
    }),
    each: param.boolean({
      default: false,
      label: 'Each class by itself',
      help: 'Where the classes are the levels of a pyramid, boxes of different levels do not suppress each other.',
    }),
    after: param.integer({
      default: 300,
      min: 1,
      max: 100_000,
      soft: [10, 1000],
      label: 'At most',
      help: 'The most proposals returned, the best first. Faster R-CNN uses 300, torchvision 1,000.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'boxes' }) },
  shape: ({ boxes }) => {
    if (!boxes) return {}
    const { count: _, ...shape } = boxes
    return { boxes: shape }
  },
  run: async ({ boxes, before, iou, each, after }, { ops }) => {
    const given = await arraysOf(boxes, ops)
    const all = each ? given : { ...given, classes: new Int32Array(given.scores.length) }
    const inside = clipped(picked(all, bestOfEach(all, before)), boxes.width, boxes.height)
    const side = (i: number, from: number): number =>
      (inside.boxes[4 * i + from + 2] ?? 0) - (inside.boxes[4 * i + from] ?? 0)
    const wide = Array.from(inside.scores, (_, i) => i).filter((i) => side(i, 0) >= thinnest && side(i, 1) >= thinnest)
    const places = picked(inside, wide)
    const kept = nms(places, { iou, score: 0, method: 'class' }).slice(0, after)
    const proposals = picked(
      places,
      kept.map(({ index }) => index),
    )
    const classes = new Int32Array(kept.length)
    return { boxes: await boxesFrom({ ...proposals, classes }, { ...boxes, names: ['something'] }, ops) }
  },
  explain: {
    idea: 'A region proposal network does not say what is there, only that something is. Of its thousands of answers, the surest that do not overlap are worth a second look, and only they cost one.',
    formula: String.raw`R = \mathrm{top}_{\param{after}{M}}\ \mathrm{NMS}_{\param{iou}{t}}\ \mathrm{top}_{\param{before}{N}}\ \{(B_i, s_i)\}`,
    reference:
      'Faster R-CNN (Ren et al. 2015), section 3.3; torchvision.models.detection.rpn, RegionProposalNetwork.filter_proposals.',
    code: 'best = np.argsort(-scores, kind="stable")[:{before}]; inside = torchvision.ops.clip_boxes_to_image(torch.as_tensor(boxes[best]), (height, width)); keep = torchvision.ops.nms(inside, torch.as_tensor(scores[best]), {iou})[:{after}]',
  },
})
