/** What detectors of features share. */
import { unsupported } from '../engine/ops/check.ts'
import type { Feature } from '../engine/ops/sift/plain.ts'
import type { ImageShape } from '../engine/values/index.ts'

/** Rows of x, y, size, angle and response, as keypoints have them. */
export function rowsOf(features: readonly Feature[]): Float32Array {
  const rows = new Float32Array(5 * features.length)
  for (const [i, { x, y, size, angle, response }] of features.entries()) rows.set([x, y, size, angle, response], 5 * i)
  return rows
}

/** Some seconds of work, and some hundred megabytes. */
const mostPixels = 8_000_000

/** Throws op.unsupported for pictures that are too large. */
export function largestPicture(op: string, { width, height }: ImageShape): void {
  if (width * height > mostPixels)
    throw unsupported(
      op,
      `a picture of ${width} × ${height}`,
      `at most ${mostPixels / 1e6} megapixels: resize it first`,
    )
}
