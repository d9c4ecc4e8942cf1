/** Shared by the nodes that read pictures from files. */
import { pictureShape } from '../engine/ops/cast/op.ts'
import { param } from '../engine/types/param.ts'
import { mostMegapixels, type PictureInfo } from '../engine/types/services.ts'
import type { ImageShape } from '../engine/values/index.ts'

export const limitParam = param.number({
  default: 64,
  min: 1,
  max: mostMegapixels,
  soft: [1, 256],
  step: 1,
  unit: 'MP',
  label: 'Largest picture',
  help: 'Pictures with more megapixels are not opened. One megapixel of colour takes 12 MB of memory.',
})

/** The image that a decoded picture becomes. */
export const shapeOfPicture = ({ width, height, channels, depth }: PictureInfo): ImageShape =>
  pictureShape({ width, height, channels, depth })
