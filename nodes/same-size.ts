/** Pictures that belong together in a quick preview, where each has been rounded to whole pixels on its own way. */
import type { Ops } from '../engine/ops/calls.ts'
import type { ImageValue } from '../engine/types/value.ts'

/** As many pixels as rounding may take from a side or add to it. */
const slack = 2

/**
 * `other` in the size of `image`, where only rounding can have made a difference; else as it is, for the op to complain.
 * @param scale of the quick preview; 1 changes nothing
 */
export async function sameSize(ops: Ops, image: ImageValue, other: ImageValue, scale: number): Promise<ImageValue> {
  const { width, height } = image
  const apart = Math.max(Math.abs(width - other.width), Math.abs(height - other.height))
  if (scale === 1 || apart === 0 || apart > slack) return other
  return ops.resize(other, { width, height, method: 'bilinear' })
}
