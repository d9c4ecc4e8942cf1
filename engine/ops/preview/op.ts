/** A value as RGBA bytes: a part of it, at the size of a view. */
import { dtypes } from '../../values/dtype.ts'
import type { ImageValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp, type StoredValue } from '../op.ts'
import { whole } from '../parts.ts'
import { explain, sitesOf } from './explain.ts'
import {
  type ChosenDisplay,
  chooseDisplay,
  extentOf,
  isConverted,
  measured,
  needsStatistics,
  type Range,
  type Shown,
  shownOf,
} from './look.ts'
import type { PreviewParams } from './params.ts'
import { partRead } from './part.ts'
import { axesOf, type Place, pictureOf, picturesAlong, placeOf, type Rectangle } from './place.ts'
import { onCpu, onGpu, type Tools } from './tools.ts'

export interface Preview {
  /** The size of the RGBA pixels: at most as requested, and no more than the region has. */
  readonly width: number
  readonly height: number
  /** What they show: the region within the picture; whole pixels if the view is larger than the region. */
  readonly region: Rectangle
  /** How the numbers are shown: never `auto`. */
  readonly display: ChosenDisplay
  /** (height, width, 4), opacity not premultiplied. */
  readonly rgba: Uint8Array<ArrayBuffer>
}

/** The smallest and largest number shown, if the display depends on it. */
async function extentFor(
  tools: Tools,
  value: StoredValue,
  small: ImageValue,
  shown: Shown,
  { display, statistics }: PreviewParams,
): Promise<Range | undefined> {
  const { image, planar } = pictureOf(value)
  if (!needsStatistics(image, display)) return undefined
  // Converted colours have no statistics but those of the preview itself.
  if (isConverted(image, shown)) return extentOf({ first: 0, count: 3 }, await tools.moments(small))
  return extentOf(measured(image, planar, shown), statistics ?? (await tools.moments(value)))
}

async function show(tools: Tools, value: StoredValue, params: PreviewParams): Promise<Preview> {
  for (const side of [params.width, params.height])
    if (!Number.isInteger(side) || side < 1 || side > 8192)
      throw unsupported('A preview', `a size of ${params.width} × ${params.height}`, 'whole numbers from 1 to 8192')
  const { image } = pictureOf(value)
  const place = placeOf(image, params)
  const shown = shownOf(image, params.display)
  const { region, width, height } = place
  if (width === 0) {
    const display = chooseDisplay(shown, params.display)
    return { width, height, region, display, rgba: new Uint8Array(0) }
  }
  let small = await tools.sample(value, shown, place)
  if (shown.convert) small = await tools.convert(small, shown.convert)
  if (small.width > width) small = await tools.average(small, place)
  const display = chooseDisplay(shown, params.display, await extentFor(tools, value, small, shown, params))
  const rgba = await tools.paint(small, display)
  clearEmpty(rgba, value, place, shown)
  return { width, height, region, display, rgba }
}

/** Empty cells of a grid of pictures are transparent. */
function clearEmpty(rgba: Uint8Array, value: StoredValue, place: Place, shown: Shown): void {
  const picture = pictureOf(value)
  const { batch } = picture
  if (!batch || batch.count === batch.columns * batch.rows) return
  const axes = axesOf(place, picture, shown)
  const across = picturesAlong(axes.columns, batch.width)
  for (const [y, row] of picturesAlong(axes.rows, batch.height).entries()) {
    const reached = across.filter((column) => row * batch.columns + column < batch.count).length
    rgba.fill(0, 4 * (y * place.width + reached), 4 * (y + 1) * place.width)
  }
}

/**
 * A part of a value as RGBA bytes, at most as large as requested.
 *
 * Image (H, W, C) float32 or tensor in; RGBA u8 and the chosen display out. Colours of any space are converted to RGB.
 * `auto`: clipped to the nominal range if there is one; a single channel diverging about 0 if it is signed, in viridis
 * if it has no nominal range; several channels of data stretched from the smallest to the largest number.
 * `labels`: a colour for each number, from the pixel in the middle of each cell.
 * A tensor HW, HWC, CHW, NCHW or NHWC is shown as that picture, a batch as a grid of its pictures (`gridOf`), empty cells of it
 * transparent; any other tensor as a matrix of its last axis.
 *
 * It costs as much as the view is large, not the picture: a pixel averages all columns that it covers and all rows,
 * or, of more than 8 rows, 4 evenly spread. Of HSV 4 × 4 points of each pixel are converted and averaged. NaN is magenta.
 * @throws op.unsupported for sizes that are not integers from 1 to 8192
 */
export const preview = defineOp<readonly [StoredValue], PreviewParams, Preview>({
  name: 'preview',
  nonFinite:
    'An average with NaN in it is NaN, as of cv2.resize INTER_AREA, and is shown in magenta; infinities are shown as the ends of the range.',
  dtypes,
  eightBit: true,
  cpu: (context, [value], params) => show(onCpu(context), value, params),
  gpu: (context, [value], params) => show(onGpu(context), value, params),
  reach: (at, [shape], params) => (shape ? sitesOf(at, shape, params) : []),
  needs(part, [shape], params) {
    if (!shape) return []
    const measures = shape.kind !== 'image' || (needsStatistics(shape, params.display) && !params.statistics)
    return [measures ? whole(shape) : partRead(shape, params, part)]
  },
  terms: (at, inputs, params) => explain(at, inputs, params),
})
