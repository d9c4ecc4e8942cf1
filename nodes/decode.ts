/**
 * What the formats of detectors (`detect/formats`) share: from the numbers that a network gives to boxes. Plain functions over
 * arrays; boxes are in pixels of the picture that the network was shown.
 */
import { SightlineError } from '../engine/types/problem.ts'
import type { Candidates } from './nms.ts'

/** An array of numbers with its shape, row-major. */
export interface NumbersIn {
  readonly shape: readonly number[]
  readonly numbers: ArrayLike<number>
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** How one family of networks writes boxes. */
export interface DecodeFormat {
  readonly title: string
  /** The tensors that it needs, by socket, each with what it is. */
  readonly inputs: Readonly<Record<string, string>>
  /** The names of COCO in the order of the network's classes. */
  readonly coco: readonly string[]
  /** How many classes the network tells apart. */
  classes(shapes: Readonly<Record<string, readonly number[]>>): number
  /**
   * @param size of the picture that the network was shown
   * @param least boxes with a lower score are left out
   * @throws detect.shape
   */
  decode(tensors: Readonly<Record<string, NumbersIn>>, size: Size, least: number): Candidates
  /** KaTeX. */
  readonly formula: string
  /** Python, with `{score}` for the least score. */
  readonly code: string
}

/** Boxes that are gathered one by one. */
export class Gathered {
  readonly boxes: number[] = []
  readonly scores: number[] = []
  readonly classes: number[] = []

  /** A box by its left, top, right and bottom. */
  addSides(x0: number, y0: number, x1: number, y1: number, score: number, of: number): void {
    this.boxes.push(x0, y0, x1, y1)
    this.scores.push(score)
    this.classes.push(of)
  }

  /** A box by its middle and size. */
  add(x: number, y: number, width: number, height: number, score: number, of: number): void {
    this.addSides(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, of)
  }

  get candidates(): Candidates {
    const { boxes, scores, classes } = this
    return { boxes: Float32Array.from(boxes), scores: Float32Array.from(scores), classes: Int32Array.from(classes) }
  }
}

/** The shape of a tensor is another one than the format has. */
export const wrong = (given: readonly number[], wanted: string): SightlineError =>
  new SightlineError('detect.shape', { given: given.join(' × '), wanted })

/** The largest of `count` numbers from `start`, `step` apart: which, and how large. */
export function largest(
  numbers: ArrayLike<number>,
  start: number,
  count: number,
  step = 1,
): { at: number; value: number } {
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

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The shape without its first axis, which must be 1; undefined if the shape has another number of axes. */
export function unbatched(shape: readonly number[], axes: number): readonly number[] | undefined {
  return shape.length === axes && shape[0] === 1 ? shape.slice(1) : undefined
}

/** The tensor at a socket. Callers make sure that it is there. */
export function tensorAt(tensors: Readonly<Record<string, NumbersIn>>, port: string): NumbersIn {
  const tensor = tensors[port]
  if (!tensor) throw new SightlineError('input.waiting', { wanted: 'a tensor', port })
  return tensor
}

export interface Level {
  readonly stride: number
  readonly across: number
  readonly down: number
}

/** The grids of cells that a network has over a picture, one for each stride. */
export const levelsOf = ({ width, height }: Size, strides: readonly number[]): readonly Level[] =>
  strides.map((stride) => ({
    stride,
    across: Math.floor(width / stride),
    down: Math.floor(height / stride),
  }))

export const cellsIn = (levels: readonly Level[]): number =>
  levels.reduce((sum, { across, down }) => sum + across * down, 0)
