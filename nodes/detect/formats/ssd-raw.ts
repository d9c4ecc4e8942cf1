import { coco90 } from '../../coco.ts'
import {
  type DecodeFormat,
  Gathered,
  largest,
  type NumbersIn,
  type Size,
  sigmoid,
  tensorAt,
  unbatched,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/** Pixels from one cell to the next, of each grid. */
const strides = [16, 32, 64, 128, 256, 512]
/** How large anchors are, as a part of the picture: of the first grid and of the last one, evenly between them. */
const [smallest, greatest] = [0.2, 0.95]
const ratios = [1, 2, 0.5, 3, 0.3333]
/** By how much the network's numbers are larger than what they mean. */
const [placeScale, sizeScale] = [10, 5]

/**
 * Middle and size of every anchor, from 0 to 1 of the picture: x, y, width, height. The first grid has three a cell, the others six.
 * @see TensorFlow object detection, create_ssd_anchors; MediaPipe, ssd_anchors_calculator.cc with reduce_boxes_in_lowest_layer
 */
export function ssdAnchors({ width, height }: Size): Float64Array {
  const made: number[] = []
  const scaleOf = (level: number): number => smallest + ((greatest - smallest) * level) / (strides.length - 1)
  for (const [level, stride] of strides.entries()) {
    const [scale, next] = [scaleOf(level), level === strides.length - 1 ? 1 : scaleOf(level + 1)]
    const shapes =
      level === 0
        ? ([
            [0.1, 1],
            [scale, 2],
            [scale, 0.5],
          ] as const)
        : [...ratios.map((ratio) => [scale, ratio] as const), [Math.sqrt(scale * next), 1] as const]
    const [across, down] = [Math.ceil(width / stride), Math.ceil(height / stride)]
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++)
        for (const [size, ratio] of shapes)
          made.push((x + 0.5) / across, (y + 0.5) / down, size * Math.sqrt(ratio), size / Math.sqrt(ratio))
  }
  return Float64Array.from(made)
}

/**
 * SSD MobileNet without its own decoding: logits (1, A, C), the first class being the background, and moves (1, A, 4), y, x, height and
 * width, of the anchors of a picture of this size. The score is that of the best class.
 * @see Liu et al., "SSD", 2016; MediaPipe, tensors_to_detections_calculator.cc
 */
export function decodeRawSsd(scores: NumbersIn, moves: NumbersIn, size: Size, least: number): Candidates {
  const anchors = ssdAnchors(size)
  const count = anchors.length / 4
  const [rows, classes = 0] = unbatched(scores.shape, 3) ?? []
  if (rows !== count || classes < 2)
    throw wrong(scores.shape, `1 × ${count} × classes, for ${size.width} × ${size.height} pixels`)
  if (unbatched(moves.shape, 3)?.join() !== `${count},4`) throw wrong(moves.shape, `1 × ${count} × 4`)
  const found = new Gathered()
  for (let i = 0; i < count; i++) {
    const { at, value } = largest(scores.numbers, i * classes + 1, classes - 1)
    const score = sigmoid(value)
    if (!(score >= least)) continue
    const [x = 0, y = 0, w = 0, h = 0] = anchors.subarray(4 * i, 4 * i + 4)
    const move = (k: number): number => moves.numbers[4 * i + k] ?? Number.NaN
    const [cx, cy] = [x + (move(1) / placeScale) * w, y + (move(0) / placeScale) * h]
    const [width, height] = [w * Math.exp(move(3) / sizeScale), h * Math.exp(move(2) / sizeScale)]
    found.add(cx * size.width, cy * size.height, width * size.width, height * size.height, score, at + 1)
  }
  return found.candidates
}

export const ssdRaw: DecodeFormat = {
  title: 'SSD, raw (TensorFlow)',
  inputs: {
    scores: 'Logits: 1 × anchors × classes, the first class being the background.',
    boxes: 'Moves of the anchors: 1 × anchors × 4.',
  },
  coco: ['background', ...coco90],
  classes: ({ scores }) => scores?.[2] ?? 0,
  decode: (tensors, size, least) => decodeRawSsd(tensorAt(tensors, 'scores'), tensorAt(tensors, 'boxes'), size, least),
  formula: String.raw`(x, y) = \left(x_a + \tfrac{t_x}{10} w_a,\ y_a + \tfrac{t_y}{10} h_a\right), \quad (w, h) = (w_a e^{t_w / 5},\ h_a e^{t_h / 5}), \quad p = \sigma(\max_{c > 0} l_c)`,
  code: 'p = 1 / (1 + np.exp(-scores[0][:, 1:].max(axis=1))); keep = p >= {score}; ty, tx, th, tw = boxes[0][keep].T; x, y, w, h = anchors[keep].T; found = np.c_[x + tx / 10 * w, y + ty / 10 * h, w * np.exp(tw / 5), h * np.exp(th / 5)]',
}
