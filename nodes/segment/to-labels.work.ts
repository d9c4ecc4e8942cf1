import { defineWork } from '../../engine/types/work.ts'
import type { Numbers } from '../../engine/values/index.ts'

export interface PixelClasses {
  /** Row-major: numbers of classes where `classes` is 1, else scores. */
  readonly given: Numbers
  readonly rows: number
  readonly columns: number
  readonly classes: number
  /** Classes are the first axis, not the last. */
  readonly first: boolean
  /** Of the result, in pixels. */
  readonly height: number
  readonly width: number
}

/** The class of each pixel, of equal ones the first: the largest score at the place that is nearest. */
function classesOf({ given, rows, columns, classes, first }: PixelClasses): Int32Array {
  if (classes === 1) return Int32Array.from(given)
  const out = new Int32Array(rows * columns)
  const [step, jump] = first ? [1, rows * columns] : [classes, 1]
  for (let i = 0; i < out.length; i++) {
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    for (let c = 0; c < classes; c++) {
      const score = given[i * step + c * jump] ?? 0
      if (score > most) [best, most] = [c, score]
    }
    out[i] = best
  }
  return out
}

export const labelsAt = defineWork({
  name: 'segment/to-labels',
  run: (input: PixelClasses): Int32Array => {
    const { rows, columns, height, width } = input
    const small = classesOf(input)
    const near = (at: number, of: number, length: number): number =>
      Math.min(length - 1, Math.floor(((at + 0.5) * length) / of))
    const out = new Int32Array(height * width)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        out[y * width + x] = small[near(y, height, rows) * columns + near(x, width, columns)] ?? 0
    return out
  },
})
