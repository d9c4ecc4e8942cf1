import { defineWork } from '../../engine/types/work.ts'
import { combined, eachInside, type Prototypes, type Sampling } from '../prototypes.ts'

export interface YoloMasksInput extends Prototypes, Sampling {
  /** (N, K), of the objects from the best to the worst. */
  readonly weights: Float32Array
  /** (N, 4), in pixels of the picture. */
  readonly boxes: Float32Array
}

/** For each pixel the number of its object, from 1; where masks overlap, that of the better one. */
export const yoloMasksWork = defineWork({
  name: 'segment/yolo-masks',
  run: ({ weights, boxes, ...given }: YoloMasksInput, context): Int32Array => {
    const labels = new Int32Array(given.width * given.height)
    for (let i = 0; 4 * i < boxes.length && !context.cancelled; i++) {
      const mask = combined(given, weights.subarray(i * given.count, (i + 1) * given.count))
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = boxes.subarray(4 * i, 4 * i + 4)
      eachInside(mask, given, [x0, y0, x1, y1], given, (pixel) => {
        if (labels[pixel] === 0) labels[pixel] = i + 1
      })
      context.progress((4 * (i + 1)) / boxes.length)
    }
    return labels
  },
})
