/** FAST in plain arrays, as the kernels compute it: corners by the ring of 16 pixels around them. */
import type { Gray } from './bytes.ts'

/** The ring of radius 3, pixel after pixel around. */
const ring: readonly (readonly [dx: number, dy: number])[] = [
  [0, 3],
  [1, 3],
  [2, 2],
  [3, 1],
  [3, 0],
  [3, -1],
  [2, -2],
  [1, -3],
  [0, -3],
  [-1, -3],
  [-2, -2],
  [-3, -1],
  [-3, 0],
  [-3, 1],
  [-2, 2],
  [-1, 3],
]
/** How many neighbours in a row must differ. */
const arc = 9

/** Whole numbers from 0 to 255, as OpenCV's detectors take; NaN counts as 0, infinities as 0 and 255. */
export const bytesOf = (numbers: ArrayLike<number>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(numbers, (v) => Math.max(0, Math.min(255, Math.round((v || 0) * 255))))

export interface FastCorner {
  readonly x: number
  readonly y: number
  /** The largest threshold with which it would still be one. */
  readonly score: number
}

/**
 * Pixels with nine neighbours of the ring in a row that are all lighter, or all darker, by more than the threshold.
 * @param threshold in steps of 8 bits, from 1
 * @param suppress only those with the largest score of the nine around them
 * @see OpenCV FAST, TYPE_9_16
 */
export function fastCorners({ width, height, pixels }: Gray, threshold: number, suppress: boolean): FastCorner[] {
  const offsets = Int32Array.from(ring, ([dx, dy]) => dy * width + dx)
  const around = Int32Array.from({ length: 16 + arc - 1 }, (_, k) => offsets[k % 16] ?? 0)
  const scores = new Uint8Array(width * height)
  const found: number[] = []
  const differences = new Int32Array(around.length)
  const differs = (i: number, by: number): number => {
    const d = (pixels[i + by] ?? 0) - (pixels[i] ?? 0)
    return d > threshold ? 1 : d < -threshold ? 2 : 0
  }
  for (let y = 3; y < height - 3; y++)
    for (let x = 3; x < width - 3; x++) {
      const i = y * width + x
      // Of nine in a row at least one of two opposite ones is there.
      let way = differs(i, around[0] ?? 0) | differs(i, around[8] ?? 0)
      if (way === 0) continue
      way &= differs(i, around[4] ?? 0) | differs(i, around[12] ?? 0)
      if (way === 0) continue
      way &= differs(i, around[2] ?? 0) | differs(i, around[10] ?? 0)
      if (way === 0) continue
      const middle = pixels[i] ?? 0
      for (let k = 0; k < around.length; k++) differences[k] = (pixels[i + (around[k] ?? 0)] ?? 0) - middle
      const score = scoreOf(differences)
      if (score <= threshold) continue
      // The largest threshold that is passed is one less than the smallest difference of the best arc.
      scores[i] = score - 1
      found.push(i)
    }
  const largest = (i: number): boolean => {
    const score = scores[i] ?? 0
    for (const row of [i - width, i, i + width])
      for (const j of [row - 1, row, row + 1]) if (j !== i && (scores[j] ?? 0) >= score) return false
    return true
  }
  return found
    .filter((i) => !suppress || largest(i))
    .map((i) => ({ x: i % width, y: Math.floor(i / width), score: scores[i] ?? 0 }))
}

/** Of all arcs the largest of their smallest differences, lighter or darker. */
function scoreOf(differences: Int32Array): number {
  let best = 0
  for (let from = 0; from < 16; from++) {
    let [lighter, darker] = [256, 256]
    for (let k = from; k < from + arc && (lighter > best || darker > best); k++) {
      const d = differences[k] ?? 0
      if (d < lighter) lighter = d
      if (-d < darker) darker = -d
    }
    best = Math.max(best, lighter, darker)
  }
  return best
}
