import { coco80 } from '../../coco.ts'
import {
  type DecodeFormat,
  Gathered,
  largest,
  levelsOf,
  type NumbersIn,
  type Size,
  sigmoid,
  tensorAt,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/** Width and height in pixels of the three anchors of each grid. */
const anchors = {
  8: [10, 13, 16, 30, 33, 23],
  16: [30, 61, 62, 45, 59, 119],
  32: [116, 90, 156, 198, 373, 326],
} as const
const strides = [8, 16, 32] as const

/**
 * YOLO v3 (Redmon and Farhadi 2018) before its own decoding: a tensor (1, 3 · (5 + C), rows, columns) for each of the strides 8, 16
 * and 32; of each anchor x, y, width, height, objectness and C classes. Centre = (cell + sigmoid(x, y)) · stride, size = anchor ·
 * exp(w, h), score = sigmoid(objectness) · the best sigmoid(class).
 * @see the paper's section 2.1; pjreddie/darknet, yolo_layer.c (get_yolo_box)
 */
export function decodeYolov3(heads: readonly NumbersIn[], size: Size, least: number): Candidates {
  const found = new Gathered()
  for (const [i, { stride, across, down }] of levelsOf(size, strides).entries()) {
    const { shape, numbers } = heads[i] ?? { shape: [], numbers: [] }
    const [one, channels = 0, rows, columns] = shape
    const each = channels / 3
    if (shape.length !== 4 || one !== 1 || !Number.isInteger(each) || each < 6 || rows !== down || columns !== across)
      throw wrong(
        shape,
        `stride ${stride}: 1 × 3·(5 + classes) × ${down} × ${across}, as the picture has ${size.width} × ${size.height} pixels`,
      )
    const plane = down * across
    for (let anchor = 0; anchor < 3; anchor++)
      for (let y = 0; y < down; y++)
        for (let x = 0; x < across; x++) {
          const start = anchor * each * plane + y * across + x
          const n = (i: number): number => numbers[start + i * plane] ?? Number.NaN
          const { at, value } = largest(numbers, start + 5 * plane, each - 5, plane)
          const score = sigmoid(n(4)) * sigmoid(value)
          if (!(score >= least)) continue
          const [w = 0, h = 0] = anchors[strides[i] ?? 8].slice(2 * anchor, 2 * anchor + 2)
          const [cx, cy] = [(x + sigmoid(n(0))) * stride, (y + sigmoid(n(1))) * stride]
          found.add(cx, cy, w * Math.exp(n(2)), h * Math.exp(n(3)), score, at)
        }
  }
  return found.candidates
}

const head = (stride: number): string => `Stride ${stride}: 1 × 3·(5 + classes) × rows × columns.`

export const yolov3: DecodeFormat = {
  title: 'YOLO v3',
  inputs: { stride8: head(8), stride16: head(16), stride32: head(32) },
  coco: coco80,
  classes: ({ stride8 }) => (stride8?.[1] ?? 0) / 3 - 5,
  decode: (tensors, size, least) =>
    decodeYolov3(
      strides.map((stride) => tensorAt(tensors, `stride${stride}`)),
      size,
      least,
    ),
  formula: String.raw`(x, y) = (c_{xy} + \sigma(t_{xy}))\,s, \quad (w, h) = (p_w e^{t_w},\ p_h e^{t_h}), \quad p = \sigma(t_o)\,\sigma(t_c)`,
  code: 't = stride8.reshape(3, -1, *stride8.shape[2:]); p = 1 / (1 + np.exp(-t[:, 4:])); scores = p[:, 0] * p[:, 1:].max(axis=1); keep = scores >= {score}; centre = (cells + 1 / (1 + np.exp(-t[:, :2]))) * 8; size = priors * np.exp(t[:, 2:4])',
}
