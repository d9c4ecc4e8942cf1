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
 * YOLO v8 as it is exported, with its decoding in the network: (1, 4 + C, A), a column for each cell of the grids of stride 8, 16 and
 * 32: x, y, width and height in pixels, C class probabilities. There is no objectness: the score is that of the best class.
 * @see ultralytics, Detect._inference and non_max_suppression
 */
export function decodeYolov8({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, rows = 0, columns = 0] = shape
  const count = cellsIn(levelsOf(size, [8, 16, 32]))
  if (shape.length !== 3 || one !== 1 || rows < 5 || columns !== count)
    throw wrong(shape, `1 × (4 + classes) × ${count}, as the picture has ${size.width} × ${size.height} pixels`)
  return yolov8Columns(numbers, rows, columns, least)
}

/** @param rows 4 and the number of classes; @param numbers (rows, columns), and whatever comes behind */
export function yolov8Columns(numbers: ArrayLike<number>, rows: number, columns: number, least: number): Candidates {
  const found = new Gathered()
  for (let column = 0; column < columns; column++) {
    const n = (i: number): number => numbers[i * columns + column] ?? Number.NaN
    const { at, value } = largest(numbers, 4 * columns + column, rows - 4, columns)
    if (value >= least) found.add(n(0), n(1), n(2), n(3), value, at)
  }
  return found.candidates
}

export const yolov8: DecodeFormat = {
  title: 'YOLO v8',
  inputs: { output: '1 × (4 + classes) × boxes, as exported.' },
  coco: coco80,
  classes: ({ output }) => (output?.[1] ?? 0) - 4,
  decode: (tensors, size, least) => decodeYolov8(tensorAt(tensors, 'output'), size, least),
  formula: String.raw`(x, y, w, h) = t_{0 \ldots 3}, \quad p = \max_c p_c`,
  code: 'scores = output[0, 4:].max(axis=0); keep = scores >= {score}; centre, size = output[0, :2, keep], output[0, 2:4, keep]',
}
