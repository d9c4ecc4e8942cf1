/** From the numbers that a detection network gives to boxes. Plain functions over arrays; boxes are in pixels of what it was shown. */
import { SightlineError } from '../engine/types/problem.ts'
import type { Candidates } from './nms.ts'

/** An array of numbers with its shape, row-major. */
export interface NumbersIn {
  readonly shape: readonly number[]
  readonly numbers: ArrayLike<number>
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Boxes that are gathered one by one. */
class Gathered {
  readonly boxes: number[] = []
  readonly scores: number[] = []
  readonly classes: number[] = []

  /** A box by its middle and size. */
  add(x: number, y: number, width: number, height: number, score: number, of: number): void {
    this.boxes.push(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    this.scores.push(score)
    this.classes.push(of)
  }

  get candidates(): Candidates {
    const { boxes, scores, classes } = this
    return { boxes: Float32Array.from(boxes), scores: Float32Array.from(scores), classes: Int32Array.from(classes) }
  }
}

const wrong = (given: readonly number[], wanted: string): SightlineError =>
  new SightlineError('detect.shape', { given: given.join(' × '), wanted })

/** The largest of `count` numbers from `start`, `step` apart: which, and how large. */
function largest(numbers: ArrayLike<number>, start: number, count: number, step = 1): { at: number; value: number } {
  let at = 0
  let value = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const number = numbers[start + i * step] ?? Number.NaN
    if (number > value) {
      at = i
      value = number
    }
  }
  return { at, value }
}

const yoloxStrides = [8, 16, 32] as const

/**
 * YOLOX (Ge et al. 2021), exported without its decoding: (1, A, 5 + C), the cells of the grids of stride 8, 16 and 32 one after the
 * other, each x, y, log width, log height, objectness, and C class probabilities. Centre = (x, y + the cell's place) · stride, size =
 * exp(w, h) · stride, score = objectness · the best class. `size`: of the picture that the network was shown.
 * @see Megvii-BaseDetection/YOLOX, demo_postprocess
 */
export function decodeYolox({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, rows = 0, columns = 0] = shape
  const grids = yoloxStrides.map((stride) => ({
    stride,
    across: Math.floor(size.width / stride),
    down: Math.floor(size.height / stride),
  }))
  const cells = grids.reduce((sum, { across, down }) => sum + across * down, 0)
  if (shape.length !== 3 || one !== 1 || rows !== cells || columns < 6)
    throw wrong(shape, `1 × ${cells} × (5 + classes), as the picture has ${size.width} × ${size.height} pixels`)
  const found = new Gathered()
  let start = 0
  for (const { stride, across, down } of grids)
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++, start += columns) {
        const n = (i: number): number => numbers[start + i] ?? Number.NaN
        const { at, value } = largest(numbers, start + 5, columns - 5)
        const score = n(4) * value
        if (!(score >= least)) continue
        const side = (i: number): number => Math.exp(n(i)) * stride
        found.add((n(0) + x) * stride, (n(1) + y) * stride, side(2), side(3), score, at)
      }
  return found.candidates
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * FastestDet (dog-qiuqiu 2022): (1, 5 + C, rows, columns), a cell each: objectness, x, y, width, height, C class probabilities.
 * Centre = (cell + tanh(x, y)) / cells, size = sigmoid(w, h), both of the picture; score = objectness^0.6 · class^0.4.
 * @see dog-qiuqiu/FastestDet, handle_preds
 */
export function decodeFastestDet({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, channels = 0, rows = 0, columns = 0] = shape
  if (shape.length !== 4 || one !== 1 || channels < 6) throw wrong(shape, '1 × (5 + classes) × rows × columns')
  const plane = rows * columns
  const found = new Gathered()
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const start = y * columns + x
      const n = (i: number): number => numbers[start + i * plane] ?? Number.NaN
      const { at, value } = largest(numbers, start + 5 * plane, channels - 5, plane)
      const score = n(0) ** 0.6 * value ** 0.4
      if (!(score >= least)) continue
      found.add(
        ((x + Math.tanh(n(1))) / columns) * size.width,
        ((y + Math.tanh(n(2))) / rows) * size.height,
        sigmoid(n(3)) * size.width,
        sigmoid(n(4)) * size.height,
        score,
        at,
      )
    }
  return found.candidates
}

/**
 * SSD as TensorFlow's object detection exports it without its own suppression: scores (1, A, C) and boxes (1, A, 1, 4) or
 * (1, A, 4), each y0, x0, y1, x1 from 0 to 1 of the picture; the score is that of the best class.
 * @see TensorFlow.js, coco-ssd
 */
export function decodeSsd(scores: NumbersIn, boxes: NumbersIn, size: Size, least: number): Candidates {
  const [one, count = 0, classes = 0] = scores.shape
  if (scores.shape.length !== 3 || one !== 1 || classes < 1) throw wrong(scores.shape, '1 × boxes × classes')
  const wanted = [`1 × ${count} × 4`, `1 × ${count} × 1 × 4`]
  if (!wanted.includes(boxes.shape.join(' × '))) throw wrong(boxes.shape, wanted.join(' or '))
  const found = new Gathered()
  for (let i = 0; i < count; i++) {
    const { at, value } = largest(scores.numbers, i * classes, classes)
    if (!(value >= least)) continue
    const [y0 = 0, x0 = 0, y1 = 0, x1 = 0] = [0, 1, 2, 3].map((k) => boxes.numbers[4 * i + k])
    const [left, top, right, bottom] = [x0 * size.width, y0 * size.height, x1 * size.width, y1 * size.height]
    found.add((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, value, at)
  }
  return found.candidates
}
