/** Every kind of value. Made by host/build/kinds.ts from the files beside it; do not edit. */
import { augmentation } from './augmentation.ts'
import { boxes } from './boxes.ts'
import { camera } from './camera.ts'
import { image } from './image.ts'
import { keypoints } from './keypoints.ts'
import { labelmap } from './labelmap.ts'
import { labels } from './labels.ts'
import { lines } from './lines.ts'
import { mask } from './mask.ts'
import { network } from './network.ts'
import { number } from './number.ts'
import { plot } from './plot.ts'
import { sequence } from './sequence.ts'
import { splats } from './splats.ts'
import { table } from './table.ts'
import { tensor } from './tensor.ts'
import { text } from './text.ts'

export const kinds = {
  augmentation,
  boxes,
  camera,
  image,
  keypoints,
  labelmap,
  labels,
  lines,
  mask,
  network,
  number,
  plot,
  sequence,
  splats,
  table,
  tensor,
  text,
}
