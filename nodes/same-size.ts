/** Pictures that belong together in a quick preview, where each was rounded to whole pixels separately. */
import type { Ops } from '../engine/ops/calls.ts'
import type { ImageValue } from '../engine/values/index.ts'

/** How many pixels rounding may take from a side or add to it. */
const slack = 2

/**
 * `other` in the size of `image` if only rounding can explain the difference; otherwise unchanged, so that the op reports it.
 * @param scale of the quick preview; 1 changes nothing
 */
export async function sameSize(ops: Ops, image: ImageValue, other: ImageValue, scale: number): Promise<ImageValue> {
  const { width, height } = image
  const apart = Math.max(Math.abs(width - other.width), Math.abs(height - other.height))
  if (scale === 1 || apart === 0 || apart > slack) return other
  return ops.resize(other, { width, height, method: 'bilinear' })
}
