import { defineNode, type NodeContext, type Sockets } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, TensorValue } from '../../engine/values/index.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { around, boxesFrom } from '../boxes.ts'
import type { NumbersIn } from '../decode.ts'
import { blend, decodeMediaPipe, type Found, mediaPipeDetectors, pointAnchors } from '../mediapipe.ts'

const names = ['face', 'palm', 'person'] as const

function socketsOf(of: (typeof names)[number]): Sockets {
  const detector = mediaPipeDetectors[of]
  const anchors = pointAnchors(detector).length / 2
  const [columns, points] = [4 + 2 * detector.points.length, detector.points.join(', ')]
  const numbers = socket.tensor({ help: `Boxes and points (${points}): 1 × ${anchors} × ${columns}.` })
  const scores = socket.tensor({ help: `How sure: 1 × ${anchors} × 1, before the sigmoid.` })
  return { inputs: { numbers, scores }, outputs: {} }
}

async function numbersAt(port: string, { inputs, ops }: NodeContext): Promise<NumbersIn> {
  const value = inputs[port]
  if (value?.kind !== 'tensor') throw new SightlineError('input.waiting', { wanted: 'a tensor', port })
  return { shape: value.shape, numbers: await ops.read(value, {}) }
}

/** The network's square may be shown in another size. */
const scaledTo = (found: Found, { width, height }: ImageShape, side: number): Found => {
  const scale = (value: number, i: number): number => (value * (i % 2 === 0 ? width : height)) / side
  return { ...found, box: found.box.map(scale), points: found.points.map(scale) }
}

/**
 * What MediaPipe's detectors of faces, palms and persons found. Numbers (1, A, 4 + 2k), scores (1, A, 1) and the letterboxed image
 * that the network was shown in; boxes (N, 4) and their k points each, in pixels of the picture that was letterboxed, best first.
 * Overlapping ones are blended into one (weighted suppression).
 */
export const detectMediapipe = defineNode({
  type: 'detect/mediapipe',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode MediaPipe boxes',
  alias: 'TensorsToDetectionsCalculator',
  keywords: ['BlazeFace', 'face', 'palm', 'hand', 'person', 'pose', 'anchors', 'SSD', 'keypoints', 'weighted NMS'],
  summary: "Turns the raw output of MediaPipe's detectors into boxes and points.",
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the letterbox.' }),
  },
  params: {
    of: param.choice({
      default: 'face',
      of: names,
      names: { face: 'Faces', palm: 'Palms', person: 'Persons' },
      label: 'Detector',
      help: 'What the network finds; its anchors follow from it.',
    }),
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'What is less sure is left out.',
    }),
    iou: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      label: 'Overlap',
      help: 'Boxes that overlap a better one by more than this become one with it: their mean, weighted by the scores.',
    }),
  },
  outputs: {
    boxes: socket.boxes({ over: 'image' }),
    points: socket.keypoints({ over: 'image' }),
  },
  sockets: { by: ['of'], of: ({ of }) => socketsOf(of) },
  shape: ({ image }) => {
    if (!image) return {}
    const source = sourceOf(image)
    return { boxes: { kind: 'boxes', ...source }, points: { kind: 'keypoints', ...source } }
  },
  run: async ({ image, of, score, iou }, context) => {
    const { ops } = context
    const detector = mediaPipeDetectors[of]
    const [scores, numbers] = [await numbersAt('scores', context), await numbersAt('numbers', context)]
    const decoded = decodeMediaPipe(scores, numbers, detector, score)
    const found = blend(decoded, iou).map((one) => scaledTo(one, image, detector.side))
    const source = sourceOf(image)
    const back = toSource(image)
    const candidates = {
      boxes: found.flatMap(({ box }) => around(back, box)),
      scores: found.map((one) => one.score),
      classes: found.map(() => 0),
    }
    const points = found.flatMap((one) =>
      detector.points.flatMap((_, i) => {
        const [x, y] = back(one.points[2 * i] ?? 0, one.points[2 * i + 1] ?? 0)
        return [x, y, 0, -1, one.score]
      }),
    )
    const shape = { kind: 'tensor', shape: [points.length / 5, 5], axes: ['N', 'C'] } as const
    const placed = (await ops.fromNumbers({ shape, numbers: points })) as TensorValue
    return {
      boxes: await boxesFrom(candidates, { ...source, names: [of] }, ops),
      points: { kind: 'keypoints', ...source, names: detector.points, points: placed },
    }
  },
  explain: {
    idea: 'Such a network asks at many places of the picture: how sure is it that there is one, how far away is its middle, how large is it, and where are its points? Many places see the same face; their answers are averaged, the surer ones counting more.',
    formula: String.raw`p = \sigma(s) \ge \param{score}{t}, \quad (x, y) = a + n_{0,1}, \quad \bar B = \frac{\sum_{\mathrm{IoU}(B_i, B) > \param{iou}{u}} p_i B_i}{\sum p_i}`,
    reference:
      'BlazeFace (Bazarevsky et al. 2019); MediaPipe: ssd_anchors_calculator, tensors_to_detections_calculator, non_max_suppression_calculator.',
    code: 'p = 1 / (1 + np.exp(-np.clip(scores[0, :, 0], -100, 100))); keep = p >= {score}; centre = anchors[keep] + numbers[0, keep, :2]; size = numbers[0, keep, 2:4]; boxes = np.c_[centre - size / 2, centre + size / 2]; merged = boxes[[cv2.dnn.NMSBoxes(boxes, p[keep], {score}, {iou})]]',
  },
})
