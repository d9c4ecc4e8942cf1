/** What a value looks like: RGBA bytes of a part of it, at the size of a view. */
import type { DisplayInput } from '../../protocol/messages.ts'
import type { ImageValue } from '../../types/value.ts'
import { unsupported } from '../check.ts'
import { convert } from '../colour/op.ts'
import { type CpuContext, defineOp, type StoredValue } from '../op.ts'
import { type ChannelStatistics, moments } from '../reduce/op.ts'
import { areaAxis, sampleRegion } from '../region/region.ts'
import { diverging, viridis } from './colours.ts'
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
import { axesOf, type Place, pictureOf, placeOf, type Rectangle } from './place.ts'

export interface PreviewParams {
  /** The largest size, in device pixels. */
  readonly width: number
  readonly height: number
  /** In the value's own pixels, fractions allowed. Absent: all of it. */
  readonly region?: Rectangle
  readonly display: DisplayInput
  /** As `statistics` gives them without bins. Absent: made here where `needsStatistics` says that they are needed. */
  readonly statistics?: readonly ChannelStatistics[]
}

export interface Preview {
  /** Of the RGBA pixels: no larger than asked for, and no more than the region has. */
  readonly width: number
  readonly height: number
  /** What they show: the region within the picture; whole pixels where the view is larger than the region. */
  readonly region: Rectangle
  /** How the numbers are shown: never `auto`. */
  readonly display: ChosenDisplay
  /** (height, width, 4), opacity not premultiplied. */
  readonly rgba: Uint8Array<ArrayBuffer>
}

/** The shown channels of the region, as floats at the preview's size, not yet converted. */
async function sample(context: CpuContext, value: StoredValue, shown: Shown, place: Place): Promise<ImageValue> {
  const { image, planar } = pictureOf(value)
  const { first, count } = shown
  const { columns, rows } = axesOf(place, image, shown)
  const { x, y, width, height } = place.region
  const shape = { ...image, width: columns.length, height: rows.length, channels: count }
  const out = context.image({ ...shape, alpha: image.alpha && count === image.channels })
  const [from, to] = [context.address(value), context.address(out)]
  const whole = place.width === width && place.height === height && Number.isInteger(x) && Number.isInteger(y)
  if (whole && !planar && count === image.channels) {
    const stride = 4 * image.channels * image.width
    const bytes = 4 * image.channels * width
    const args = [from + y * stride + 4 * image.channels * x, stride, to, bytes, bytes]
    await context.device.dispatch({ kernel: 'copyRegion', args, rows: height })
    return out
  }
  if (!planar) {
    const source = { address: from, width: image.width, channels: image.channels, first, count }
    await sampleRegion(context, source, { address: to, channels: count }, columns, rows)
    return out
  }
  for (let c = 0; c < count; c++) {
    const address = from + 4 * (first + c) * image.width * image.height
    const source = { address, width: image.width, channels: 1, first: 0, count: 1 }
    await sampleRegion(context, source, { address: to + 4 * c, channels: count }, columns, rows)
  }
  return out
}

/** Averages of squares of points. */
async function averagePoints(context: CpuContext, image: ImageValue, place: Place): Promise<ImageValue> {
  const out = context.image({ ...image, width: place.width, height: place.height })
  const { width, height, channels } = image
  const source = { address: context.address(image), width, channels, first: 0, count: channels }
  const target = { address: context.address(out), channels }
  const columns = areaAxis(0, width, place.width, width)
  await sampleRegion(context, source, target, columns, areaAxis(0, height, place.height, height))
  return out
}

/** The least and the greatest number that is shown, where the display depends on it. */
async function extentFor(
  context: CpuContext,
  value: StoredValue,
  small: ImageValue,
  shown: Shown,
  { display, statistics }: PreviewParams,
): Promise<Range | undefined> {
  const { image, planar } = pictureOf(value)
  if (!needsStatistics(image, display)) return undefined
  // Converted colours have no statistics but those of the preview itself.
  if (isConverted(image, shown)) return extentOf({ first: 0, count: 3 }, await moments(context, small))
  return extentOf(measured(image, planar, shown), statistics ?? (await moments(context, value)))
}

/** Bytes from floats of the preview's own size. */
async function paint(context: CpuContext, image: ImageValue, { mode, range, flag }: ChosenDisplay) {
  const { width, height, channels } = image
  const table = mode === 'viridis' ? viridis : mode === 'diverging' ? diverging : undefined
  const out = context.temporary(width * height * 4)
  const from = context.address(image)
  const args = [from, out, width, channels, ...range, table ? context.upload(table) : 0, flag ? 1 : 0]
  await context.device.dispatch({ kernel: 'paint', args, rows: height })
  return new Uint8Array(context.uint8(out, width * height * 4))
}

/**
 * A part of a value as RGBA bytes, at most as large as asked for.
 *
 * Image (H, W, C) float32 or tensor in; RGBA u8 and the display that was chosen out. Colours of any space are shown as they
 * are, converted to RGB. `auto`: clipped to the nominal range where there is one; a single channel diverging about 0 where
 * it is signed, in viridis where it has no nominal range; several channels of data stretched from the least to the greatest
 * number. A tensor HW, HWC, CHW, NCHW or NHWC (N = 1) is shown as that picture, any other as a matrix of its last axis.
 *
 * It costs as much as the view is large, not as the picture: a pixel averages all columns that it covers, and all rows up
 * to 8, evenly spread beyond. Of HSV 4 × 4 points of each pixel are converted and averaged. NaN is magenta.
 * @throws op.unsupported for sizes that are no whole numbers from 1 to 8192
 */
export const preview = defineOp<readonly [StoredValue], PreviewParams, Preview>({
  name: 'preview',
  async cpu(context, [value], params) {
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
    let small = await sample(context, value, shown, place)
    if (shown.convert) small = await convert(context, small, shown.convert)
    if (small.width > width) small = await averagePoints(context, small, place)
    const display = chooseDisplay(shown, params.display, await extentFor(context, value, small, shown, params))
    return { width, height, region, display, rgba: await paint(context, small, display) }
  },
  reach: (at, [shape], params) => (shape ? sitesOf(at, shape, params) : []),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
