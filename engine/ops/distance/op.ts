/** The distance of each pixel from the nearest one that is 0 (cv2.distanceTransform). */

import type { ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireImage, unsupported } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type At, defineOp, type Readable, type StoredShape, type Terms } from '../op.ts'
import { functionOf, pixel, termAt } from '../terms.ts'

export const distanceMetrics = ['euclidean', 'manhattan'] as const

export interface DistanceParams {
  /** √(dx² + dy²), or |dx| + |dy|. */
  readonly metric: (typeof distanceMetrics)[number]
}

const label = 'Distances'

/** The shape of the op's result. Throws like the op. */
export function distanceShape(image: ImageShape): ImageShape {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  const { range: _, ...shape } = inPlace(image)
  return { ...shape, space: 'data', alpha: false }
}

const sitesOf = (shape: StoredShape | undefined) =>
  shape?.kind === 'image'
    ? Array.from({ length: shape.height * shape.width }, (_, i) =>
        pixel(Math.floor(i / shape.width), i % shape.width, 0),
      )
    : []

/** Every pixel that is 0 is tried. */
function explain(at: At, inputs: readonly Readable[], { metric }: DistanceParams): Terms {
  const terms = sitesOf(inputs[0]?.shape).map((site) => termAt(inputs, site))
  const distances = terms.flatMap(({ from, value }) => {
    if (!from || value !== 0) return []
    const [dx, dy] = [from.x - at.x, from.y - at.y]
    return metric === 'euclidean' ? Math.sqrt(dx * dx + dy * dy) : Math.abs(dx) + Math.abs(dy)
  })
  return functionOf(terms, 'the distance of the nearest 0', Math.min(...distances))
}

/**
 * out[p] = min |p − q| over all q with image[q] = 0, exactly; ∞ if there is none.
 *
 * Image (H, W, 1) float32 in; the same size of data out. It runs on the CPU: the columns, then the rows.
 * @throws op.unsupported for several channels
 * @see OpenCV distanceTransform (DIST_L2 with DIST_MASK_PRECISE, DIST_L1); Felzenszwalb and Huttenlocher 2012
 */
export const distance = defineOp<readonly [ImageValue], DistanceParams, ImageValue>({
  name: 'distance',
  nonFinite: 'Not 0, as all that numpy.nonzero counts: NaN and infinities have a distance from the nearest 0.',
  async cpu(context, [image], { metric }) {
    const out = context.image(distanceShape(image))
    const { width, height } = image
    const { device } = context
    const made = context.address(out)
    const columns = [context.address(image), made, width, height]
    await device.dispatch({ kernel: 'distanceColumns', args: columns, rows: Math.ceil(width / 64) })
    if (metric === 'manhattan') await device.dispatch({ kernel: 'distanceBlocks', args: [made, width], rows: height })
    else {
      const halves = context.upload(Float64Array.from({ length: width + 1 }, (_, i) => 1 / (2 * i)))
      const scratch = 20 * width + SCRATCH_SLACK
      await device.dispatch({ kernel: 'distanceRows', args: [made, width, halves], rows: height, scratch })
    }
    return out
  },
  whole: true,
  reach: (_, [shape]) => sitesOf(shape),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
