/**
 * The windows that pass a cascade of boosted Haar or LBP features, in plain arrays, as the kernels compute it: for explanations, and
 * what the kernels are tested with.
 * @see OpenCV 4.6, CascadeClassifier::detectMultiScale
 */
import { type Gray, resizedBytes } from '../orb/bytes.ts'
import { rint } from '../rint.ts'

/** A cascade in arrays of numbers only. A tree is nodes, one after the other, and leaves. */
export interface FlatCascade {
  readonly kind: 'HAAR' | 'LBP'
  /** Of the window. */
  readonly width: number
  readonly height: number
  /** Of each stage the tree after its last, and the sum that it needs. */
  readonly ends: Int32Array
  readonly limits: Float64Array
  /** Of each tree its first node and its first leaf. */
  readonly nodes: Int32Array
  readonly firstLeaves: Int32Array
  /** Of each node where it goes, left and right: above 0 another node of its tree, else the leaf with that number, negated. */
  readonly next: Int32Array
  readonly features: Int32Array
  /** Of Haar, a node: below it goes left. */
  readonly thresholds: Float32Array
  /** Of LBP, 256 bits a node: where the code's is set, it goes left. */
  readonly sets: Int32Array
  readonly leaves: Float32Array
  /** Of Haar three times x, y, width, height and weight a feature, 0 where there is no third. Of LBP the first of 3 × 3 blocks. */
  readonly rectangles: Float32Array
}

export interface CascadeSizes {
  /** The ratio of each window size to the one before, above 1. */
  readonly scale: number
  /** The sides of a window in pixels, 0: no limit. */
  readonly least: number
  readonly most: number
}

/** In pixels of the picture. */
export type CascadeWindow = readonly [x: number, y: number, width: number, height: number]

export interface CascadeSize {
  /** How many times smaller the picture is. */
  readonly factor: number
  readonly width: number
  readonly height: number
  /** From one window to the next, in its pixels. */
  readonly step: number
}

/** The sizes of the picture in which windows are looked at. */
export function cascadeSizes(
  cascade: FlatCascade,
  width: number,
  height: number,
  { scale, least, most }: CascadeSizes,
): readonly CascadeSize[] {
  const sizes: CascadeSize[] = []
  for (let exact = 1; ; exact *= scale) {
    const [w, h] = [rint(cascade.width * exact), rint(cascade.height * exact)]
    if (w > width || h > height || (most > 0 && Math.max(w, h) > most)) return sizes
    const factor = Math.fround(exact)
    if (Math.min(w, h) >= least)
      sizes.push({ factor, width: rint(width / factor), height: rint(height / factor), step: factor >= 2 ? 1 : 2 })
  }
}

/** Where a window at (x, y) of a smaller picture lies in the picture. */
export const windowAt = (
  { width, height }: FlatCascade,
  { factor }: CascadeSize,
  x: number,
  y: number,
): CascadeWindow => [rint(x * factor), rint(y * factor), rint(width * factor), rint(height * factor)]

/** Sums over all that lies above and to the left, with a row and a column of zeros first. Whole numbers below 2^53. */
function integral({ width, height, pixels }: Gray, power: 1 | 2): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      const v = pixels[y * width + x] as number
      row += power === 1 ? v : v * v
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row
    }
  }
  return sums
}

/** Around the centre, clockwise from the top left. */
const around = [
  [0, 0],
  [1, 0],
  [2, 0],
  [2, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const

/** The windows of one size that pass all stages: places in the picture of that size. */
function* passing(cascade: FlatCascade, picture: Gray, step: number): Generator<readonly [x: number, y: number]> {
  const { kind, width, height, limits, ends, rectangles } = cascade
  const line = picture.width + 1
  const sums = integral(picture, 1)
  const squares = integral(picture, 2)
  const at = (table: Float64Array, from: number, x: number, y: number, w: number, h: number): number => {
    const a = from + y * line + x
    const b = a + h * line
    return (table[a] as number) - (table[a + w] as number) - (table[b] as number) + (table[b + w] as number)
  }
  const haar = (from: number, feature: number): number => {
    let sum = 0
    for (let i = 15 * feature; i < 15 * feature + 15; i += 5) {
      const [x = 0, y = 0, w = 0, h = 0, weight = 0] = rectangles.subarray(i, i + 5)
      sum += weight * at(sums, from, x, y, w, h)
    }
    return Math.fround(sum)
  }
  const lbp = (from: number, feature: number): number => {
    const [x = 0, y = 0, w = 0, h = 0] = rectangles.subarray(4 * feature, 4 * feature + 4)
    const block = (i: number, j: number): number => at(sums, from, x + i * w, y + j * h, w, h)
    const centre = block(1, 1)
    let code = 0
    for (const [i, j] of around) code = 2 * code + (block(i, j) >= centre ? 1 : 0)
    return code
  }
  const isHaar = kind === 'HAAR'
  const area = (width - 2) * (height - 2)
  /** How many stages a window passes; −1: it is too even to tell. */
  const passed = (from: number): number => {
    let norm = 1
    if (isHaar) {
      const sum = at(sums, from, 1, 1, width - 2, height - 2)
      const spread = area * at(squares, from, 1, 1, width - 2, height - 2) - sum * sum
      if (spread <= 0) return -1
      norm = Math.fround(1 / Math.sqrt(spread))
      if (area * norm >= 0.1) return -1
    }
    let tree = 0
    for (let s = 0; s < limits.length; s++) {
      let sum = 0
      for (const end = ends[s] as number; tree < end; tree++) {
        const first = cascade.nodes[tree] as number
        let node = 0
        do {
          const feature = cascade.features[first + node] as number
          let goesLeft: boolean
          if (isHaar) goesLeft = Math.fround(haar(from, feature) * norm) < (cascade.thresholds[first + node] as number)
          else {
            const code = lbp(from, feature)
            goesLeft = (((cascade.sets[8 * (first + node) + (code >> 5)] as number) >> (code & 31)) & 1) === 1
          }
          node = cascade.next[2 * (first + node) + (goesLeft ? 0 : 1)] as number
        } while (node > 0)
        sum += cascade.leaves[(cascade.firstLeaves[tree] as number) - node] as number
      }
      if (sum < (limits[s] as number)) return s
    }
    return limits.length
  }
  for (let y = 0; y < picture.height - height; y += step)
    for (let x = 0; x < picture.width - width; x += step) {
      const count = passed(y * line + x)
      if (count === limits.length) yield [x, y]
      // Where not even the first stage is passed, the next place is not looked at.
      else if (count === 0) x += step
    }
}

/** All windows that pass, size by size. */
export const cascadeWindowsOf = (cascade: FlatCascade, picture: Gray, sizes: CascadeSizes): readonly CascadeWindow[] =>
  cascadeSizes(cascade, picture.width, picture.height, sizes).flatMap((size) =>
    Array.from(passing(cascade, resizedBytes(picture, size.width, size.height), size.step), ([x, y]) =>
      windowAt(cascade, size, x, y),
    ),
  )
