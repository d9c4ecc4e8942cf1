/** Weak pixels that hang together with a strong one: the last step of cv2.Canny (skimage.filters.apply_hysteresis_threshold). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireFinite, requireImage, unsupported } from '../check.ts'
import { type At, defineOp, type Readable, type StoredShape, type Terms } from '../op.ts'
import { functionOf, pixel, termAt } from '../terms.ts'
import { linkPitch, linkScratch } from './scratch.ts'

export interface HysteresisParams {
  /** Numbers above it are weak. */
  readonly low: number
  /** Numbers above it are strong. If it is smaller than `low`, the two change places. */
  readonly high: number
}

const label = 'Hysteresis'
/** Rows of a strip. */
const STRIP = 32

export function hysteresisShape(image: ImageShape, { low, high }: HysteresisParams): ImageShape {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  requireFinite(label, 'a threshold', [low, high])
  return { ...inPlace(image), space: 'gray', alpha: false, range: [0, 1] }
}

const sitesOf = (shape: StoredShape | undefined) =>
  shape?.kind === 'image'
    ? Array.from({ length: shape.height * shape.width }, (_, i) =>
        pixel(Math.floor(i / shape.width), i % shape.width, 0),
      )
    : []

/** Whether a strong pixel is reached from here over weak ones. */
function connected(at: At, image: Readable, low: number, high: number): boolean {
  const { height, width } = image.shape as ImageShape
  const seen = new Uint8Array(height * width)
  const open = [at.y * width + at.x]
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const [y, x] = [Math.floor(i / width), i % width]
    if (seen[i] || !(image.at(y, x, 0) > low)) continue
    seen[i] = 1
    if (image.at(y, x, 0) > high) return true
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) open.push(v * width + u)
  }
  return false
}

function explain(at: At, inputs: readonly Readable[], params: HysteresisParams): Terms {
  const [image] = inputs
  if (image?.shape.kind !== 'image') return functionOf([], 'no picture', Number.NaN)
  const terms = sitesOf(image.shape).map((site) => termAt(inputs, site))
  const { low, high } = ordered(params)
  return functionOf(terms, '1 if weak pixels lead to a strong one', Number(connected(at, image, low, high)))
}

/** As float32, which the numbers are compared in. */
const ordered = ({ low, high }: HysteresisParams): HysteresisParams => ({
  low: Math.fround(Math.min(low, high)),
  high: Math.fround(Math.max(low, high)),
})

/**
 * 1 for numbers above `high`, and for those above `low` that are connected with one of them over such numbers, by sides or corners;
 * 0 elsewhere. It works on bits: strips of rows separately, then across them, which finds little left to do.
 * It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 in; gray image (H, W, 1) of 0 and 1 out.
 * @throws op.unsupported for several channels and thresholds that are not finite
 * @see OpenCV Canny; scikit-image apply_hysteresis_threshold (which connects by sides only)
 */
export const hysteresis = defineOp<readonly [ImageValue], HysteresisParams, ImageValue>({
  name: 'hysteresis',
  nonFinite: 'numpy.greater: NaN is above nothing, infinity above every threshold.',
  async cpu(context, [image], params) {
    const shape = hysteresisShape(image, params)
    // 0 and 1 are bytes: a quarter of the memory.
    const out = context.eightBitImage(shape)
    const { low, high } = ordered(params)
    const { width, height } = image
    const { device } = context
    const pitch = linkPitch(width)
    // Kernels write all that they read of it, so it need not be zeroed here.
    const room = (bytes: number) =>
      context.address(context.tensor({ kind: 'tensor', shape: [Math.ceil(bytes / 4)], axes: ['x'], dtype: 'int32' }))
    const bytes = 8 * pitch * height
    const [weak, found] = [room(bytes), room(bytes)]
    await device.dispatch({
      kernel: 'hysteresisStrips',
      args: [context.address(image), width, low, high, weak, found, pitch, STRIP],
      rows: height,
      grain: STRIP,
      scratch: linkScratch(STRIP * pitch),
    })
    const args = [weak, found, pitch, height, room(linkScratch(height * pitch))]
    await device.dispatch({ kernel: 'hysteresisLink', args, rows: 1 })
    await device.dispatch({
      kernel: 'hysteresisBytes',
      args: [found, width, pitch, context.stored(out).address],
      rows: height,
    })
    return out
  },
  whole: true,
  reach: (_, [shape]) => sitesOf(shape),
  terms: explain,
})
