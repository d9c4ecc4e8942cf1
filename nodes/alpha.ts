/** Drops the opacity, for nodes that need exactly the colours. */
import type { Ops } from '../engine/ops/calls.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'

export const opaqueShape = (image: ImageShape): ImageShape =>
  image.alpha ? { ...image, channels: image.channels - 1, alpha: false } : image

/** The colour channels as they are, not blended with any background. */
export async function opaque(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (!image.alpha) return image
  if (image.channels === 2) return ops.channel(image, { index: 0 })
  const colours = Array.from({ length: image.channels - 1 }, (_, index) => ops.channel(image, { index }))
  const { space, range } = image
  return ops.merge(...(await Promise.all(colours)), { space, ...(range && { range }) })
}
