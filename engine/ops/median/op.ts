/** The median of a square window (cv2.medianBlur). */
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { floats } from '../cast/floats.ts'
import { inPlace, requireImage, unsupported } from '../check.ts'
import { type At, defineOp, type Site, type StoredShape } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { distinct, pixel, termAt } from '../terms.ts'
import { networkCode } from './network.ts'
import { medianScratch } from './scratch.ts'

export interface MedianParams {
  /** Side of the window: odd, 1 to 31. */
  readonly size: number
}

const label = 'Median'
/** The largest window whose numbers are sorted by a fixed network, for a row at a time. */
const NETWORK = 5
/** The minimum number of rows for the kernel of larger windows: with fewer it would sort the same numbers repeatedly. */
const BAND = 32
/** The columns it processes at once, of one channel: little work, however wide the picture is. */
const COLUMNS = 256

const clamp = (i: number, n: number): number => Math.min(Math.max(i, 0), n - 1)

/** All positions of the window; at the edge the edge pixels count several times. */
function window(at: At, image: StoredShape | undefined, size: number): readonly Site[] {
  if (image?.kind !== 'image') return []
  const radius = size >> 1
  const offsets = Array.from({ length: size }, (_, i) => i - radius)
  return offsets.flatMap((dy) =>
    offsets.map((dx) => pixel(clamp(at.y + dy, image.height), clamp(at.x + dx, image.width), at.c)),
  )
}

function check(image: ImageShape, size: number): void {
  requireImage(label, image)
  if (size % 2 !== 1 || size < 1 || size > 31) throw unsupported(label, `size ${size}`, 'an odd size from 1 to 31')
}

/**
 * out[y, x, c] = the middle one of the size² numbers around image[y, x, c], exactly.
 *
 * Image (H, W, C) float32, any C, in; the same shape out. Beyond the edge the edge pixel is repeated. Size 1 gives the
 * picture itself.
 * @throws op.unsupported for sizes that are even, below 1 or above 31
 * @see OpenCV medianBlur (which takes float32 up to 5 × 5)
 */
export const median = defineOp<readonly [ImageValue], MedianParams, ImageValue>({
  name: 'median',
  eightBit: true,
  nonFinite: 'A window with NaN gives NaN, as numpy.median has it; infinities are numbers like others.',
  async cpu(context, [given], { size }) {
    check(given, size)
    if (size === 1) return given
    const { width, height, channels } = given
    const radius = size >> 1
    const rows = around(radius, radius, height, 'replicate')
    const scratch = medianScratch(size, width, channels)
    const bytes = context.stored(given)
    if (bytes.eightBit && size <= NETWORK) {
      // The middle one of 8-bit numbers is one of them.
      const out = context.eightBitImage(inPlace(given))
      const args = [bytes.address, context.stored(out).address, width, height, channels, size]
      await context.device.dispatch({ kernel: 'medianBytes', args, rows: height, scratch })
      return out
    }
    const image = await floats(context, given)
    const out = context.image(inPlace(image))
    const reads = [context.reading(image, rows)]
    const args = [context.address(image), context.address(out), width, height, channels, size]
    if (size <= NETWORK) await context.device.dispatch({ kernel: 'median', args, rows: height, reads, scratch })
    else {
      const columns = Array.from({ length: Math.ceil(width / COLUMNS) }, (_, i) => i * COLUMNS)
      const strips = columns.flatMap((left) => Array.from({ length: channels }, (_, channel) => [channel, left]))
      const all = strips.map((strip) =>
        context.device.dispatch({
          kernel: 'medianRows',
          args: [...args, ...strip],
          rows: height,
          grain: BAND,
          reads,
          scratch,
        }),
      )
      await Promise.all(all)
    }
    return out
  },
  async gpu(context, [image], { size }) {
    check(image, size)
    if (size === 1) return image
    const { width, height, channels } = image
    const out = await context.image(inPlace(image))
    await context.dispatch({
      ...(size > 5 ? { kernel: 'median/search' } : { kernel: 'median/network', code: networkCode(size) }),
      constants: { TILE: (15 + size) ** 2 },
      params: [width, height, channels, size],
      buffers: [context.block(image), context.block(out)],
      groups: [cover(width, 16), cover(height, 16) * channels],
    })
    return out
  },
  reach: (at, [image], { size }) => distinct(window(at, image, size)),
  local: true,
  needs: (part, [image], { size }) => widened(part, image, { x: size >> 1, y: size >> 1 }, 'replicate'),
  terms: (at, inputs, { size }) => ({
    combine: 'median',
    terms: window(at, inputs[0]?.shape, size).map((from) => termAt(inputs, from)),
  }),
})
