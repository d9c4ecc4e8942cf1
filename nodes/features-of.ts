/** What detectors of features share. */
import { unsupported } from '../engine/ops/check.ts'
import type { ImageShape } from '../engine/values/index.ts'

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
