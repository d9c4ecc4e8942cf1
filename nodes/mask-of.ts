/** Masks as pictures of one channel, and such pictures as masks, over the same store. */
import type { Ops } from '../engine/types/ops.ts'
import type { ImageShape, ImageValue, MaskValue } from '../engine/values/index.ts'
import { pictureOfMask } from '../engine/values/mask.ts'

export const maskOf = ({ width, height, store }: ImageValue): MaskValue => ({
  ...{ kind: 'mask', height, width },
  pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store },
})

/** A mask as a picture of this size, stretched where it has another. */
export async function sizedMask(ops: Ops, mask: MaskValue, { width, height }: ImageShape): Promise<ImageValue> {
  const given = pictureOfMask(mask)
  if (given.width === width && given.height === height) return given
  return ops.resize(given, { width, height, method: 'bilinear' })
}
