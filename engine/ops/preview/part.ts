/** What a preview reads. */
import type { ImageShape } from '../../values/index.ts'
import type { Extent } from '../op.ts'
import type { Axis } from '../region/region.ts'
import { shownOf } from './look.ts'
import type { PreviewParams } from './params.ts'
import { axesOf, placeOf } from './place.ts'

/** The part of a picture that a part of its preview reads, apart from statistics; absent: all that the preview shows. */
export function partRead(image: ImageShape, params: PreviewParams, part?: Extent): Extent | null {
  const place = placeOf(image, params)
  if (place.width === 0) return null
  const { left, top, right, bottom } = part ?? { left: 0, top: 0, right: place.width - 1, bottom: place.height - 1 }
  const { columns, rows, points } = axesOf(place, { image, planar: false }, shownOf(image, params.display))
  const [x0, x1] = endsOf(columns.slice(left * points, (right + 1) * points))
  const [y0, y1] = endsOf(rows.slice(top * points, (bottom + 1) * points))
  return { left: x0, top: y0, right: x1, bottom: y1 }
}

function endsOf(axis: Axis): readonly [number, number] {
  let [first, last] = [Infinity, 0]
  for (const { at } of axis.flat()) {
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  return [first, last]
}
