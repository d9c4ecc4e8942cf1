/**
 * The detectors of MediaPipe (faces, palms, persons): single-shot networks whose anchors are points, not boxes. Plain functions over
 * arrays. Options are those of MediaPipe's own graphs: modules/face_detection/face_detection_short_range.pbtxt,
 * modules/palm_detection/palm_detection_cpu.pbtxt, modules/pose_detection/pose_detection_cpu.pbtxt.
 * @see google-ai-edge/mediapipe, calculators/tflite/ssd_anchors_calculator.cc,
 * calculators/tensor/tensors_to_detections_calculator.cc, calculators/util/non_max_suppression_calculator.cc
 */
import { SightlineError } from '../engine/types/problem.ts'
import type { NumbersIn } from './decode.ts'
import { iouOf } from './iou.ts'

export interface MediaPipeDetector {
  readonly title: string
  /** Side of the square that the network takes, in pixels. */
  readonly side: number
  /** Pixels from one cell to the next, of each of its grids. */
  readonly strides: readonly number[]
  /** What its points are, in their order. */
  readonly points: readonly string[]
}

export const mediaPipeDetectors = {
  face: {
    title: 'Faces',
    side: 128,
    strides: [8, 16, 16, 16],
    points: ['right eye', 'left eye', 'nose', 'mouth', 'right ear', 'left ear'],
  },
  palm: {
    title: 'Palms',
    side: 192,
    strides: [8, 16, 16, 16],
    points: ['wrist', 'index', 'middle', 'ring', 'little', 'thumb root', 'thumb'],
  },
  person: {
    title: 'Persons',
    side: 224,
    strides: [8, 16, 32, 32, 32],
    points: ['hip centre', 'circle of the body', 'shoulder centre', 'circle of the upper body'],
  },
} as const satisfies Readonly<Record<string, MediaPipeDetector>>

/** Of one aspect ratio, and of the scale between this grid's and the next one's: both are a whole picture where sizes are fixed. */
const anchorsEach = 2

/**
 * The centres of the anchors from 0 to 1, x and y of each. Grids of one stride are one grid whose cells have the anchors of all.
 * (`fixed_anchor_size`: every anchor is as large as the picture, so that scales do not matter.)
 */
export function pointAnchors({ side, strides }: MediaPipeDetector): Float32Array {
  const centres: number[] = []
  for (let at = 0; at < strides.length; ) {
    const stride = strides[at] ?? 1
    let together = 0
    while (strides[at] === stride) {
      together++
      at++
    }
    const cells = Math.ceil(side / stride)
    for (let y = 0; y < cells; y++)
      for (let x = 0; x < cells; x++)
        for (let i = 0; i < anchorsEach * together; i++) centres.push((x + 0.5) / cells, (y + 0.5) / cells)
  }
  return Float32Array.from(centres)
}

/** A detection: a box and its points, in pixels of the square. */
export interface Found {
  readonly score: number
  readonly box: readonly number[]
  /** x and y of each, one after the other. */
  readonly points: readonly number[]
}

const wrong = (given: readonly number[], wanted: string): SightlineError =>
  new SightlineError('detect.shape', { given: given.join(' × '), wanted })

/** A sigmoid of a number that is kept within ±100. */
const sureness = (logit: number): number => 1 / (1 + Math.exp(-Math.min(100, Math.max(-100, logit))))

/**
 * What the network found with a score of `least` or more. `numbers` (1, A, 4 + 2 · points): middle, size and points of each anchor's
 * box in pixels from the anchor; `scores` (1, A, 1): logits.
 */
export function decodeMediaPipe(
  scores: NumbersIn,
  numbers: NumbersIn,
  detector: MediaPipeDetector,
  least: number,
): readonly Found[] {
  const { side, points } = detector
  const anchors = pointAnchors(detector)
  const count = anchors.length / 2
  const columns = 4 + 2 * points.length
  if (numbers.shape.join() !== `1,${count},${columns}`) throw wrong(numbers.shape, `1 × ${count} × ${columns}`)
  if (scores.shape.join() !== `1,${count},1`) throw wrong(scores.shape, `1 × ${count} × 1`)
  const found: Found[] = []
  for (let i = 0; i < count; i++) {
    const score = sureness(scores.numbers[i] ?? Number.NaN)
    if (!(score >= least)) continue
    const n = (k: number): number => numbers.numbers[i * columns + k] ?? Number.NaN
    const from = (k: number): number => n(k) + (anchors[2 * i + (k % 2)] ?? 0) * side
    const [x, y, w, h] = [from(0), from(1), n(2), n(3)]
    // As there: a box that is turned inside out, or no box.
    if (!(w >= 0 && h >= 0)) continue
    found.push({
      score,
      box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2],
      points: Array.from({ length: 2 * points.length }, (_, k) => from(4 + k)),
    })
  }
  return found
}

/**
 * Weighted suppression: the best detection and those that overlap it by more than `iou` become one, their mean weighted by the
 * scores, with the best one's score; so on with the rest. Best first.
 * @see Bazarevsky et al., "BlazeFace", 2019, section 4
 */
export function blend(found: readonly Found[], iou: number): readonly Found[] {
  let rest = [...found].sort((a, b) => b.score - a.score)
  const kept: Found[] = []
  for (let best = rest[0]; best; best = rest[0]) {
    const top = best
    const overlaps = (one: Found): boolean => one === top || iouOf(top.box, 0, one.box, 0) > iou
    kept.push(meanOf(rest.filter(overlaps), top.score))
    rest = rest.filter((one) => !overlaps(one))
  }
  return kept
}

function meanOf(found: readonly Found[], score: number): Found {
  const total = found.reduce((sum, one) => sum + one.score, 0)
  const mean = (of: (one: Found) => readonly number[]): number[] =>
    (found[0] ? of(found[0]) : []).map(
      (_, i) => found.reduce((sum, one) => sum + one.score * (of(one)[i] ?? 0), 0) / total,
    )
  return { score, box: mean(({ box }) => box), points: mean(({ points }) => points) }
}
