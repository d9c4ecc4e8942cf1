import { coco80 } from '../../coco.ts'
import {
  cellsIn,
  type DecodeFormat,
  Gathered,
  largest,
  levelsOf,
  type NumbersIn,
  type Size,
  tensorAt,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/**
 * YOLO v5 as it is exported, with its decoding in the network: (1, A, 5 + C), three anchors for each cell of the grids of stride 8,
 * 16 and 32: x, y, width and height in pixels, objectness, C class probabilities. Score = objectness · the best class.
 * @see ultralytics/yolov5, Detect.forward and non_max_suppression
 */
export function decodeYolov5({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, rows = 0, columns = 0] = shape
  const count = 3 * cellsIn(levelsOf(size, [8, 16, 32]))
  if (shape.length !== 3 || one !== 1 || rows !== count || columns < 6)
    throw wrong(shape, `1 × ${count} × (5 + classes), as the picture has ${size.width} × ${size.height} pixels`)
  const found = new Gathered()
  for (let start = 0; start < rows * columns; start += columns) {
    const n = (i: number): number => numbers[start + i] ?? Number.NaN
    const { at, value } = largest(numbers, start + 5, columns - 5)
    const score = n(4) * value
    if (score >= least) found.add(n(0), n(1), n(2), n(3), score, at)
  }
  return found.candidates
}

export const yolov5: DecodeFormat = {
  title: 'YOLO v5',
  inputs: { output: '1 × boxes × (5 + classes), as exported.' },
  coco: coco80,
  classes: ({ output }) => (output?.[2] ?? 0) - 5,
  decode: (tensors, size, least) => decodeYolov5(tensorAt(tensors, 'output'), size, least),
  formula: String.raw`(x, y, w, h) = t_{0 \ldots 3}, \quad p = p_{obj}\,\max_c p_c`,
  code: 'scores = output[0, :, 4] * output[0, :, 5:].max(axis=1); keep = scores >= {score}; centre, size = output[0, keep, :2], output[0, keep, 2:4]',
}
