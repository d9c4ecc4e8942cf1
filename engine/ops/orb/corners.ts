/** FAST: corners by the ring of 16 pixels around them (cv2.FastFeatureDetector). */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { requireImage, requireInteger, unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { bytesOf, fastCorners as plain } from './fast.ts'
import { fastScratch } from './layout.ts'
import { bytesIn } from './resized.ts'

export interface FastParams {
  /** In steps of 8 bits, 1 to 255. */
  readonly threshold: number
  /** Only those with the largest score of the nine around them. */
  readonly suppress: boolean
}

const label = 'FAST'

export function checkGray(label: string, image: ImageShape): void {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
}

/** The corners of a picture of bytes: x, y and score of each. */
export async function listCorners(
  context: CpuContext,
  bytes: number,
  { width, height }: { readonly width: number; readonly height: number },
  { threshold, suppress }: FastParams,
  margin: number,
): Promise<{ readonly list: number; readonly count: number }> {
  const scores = workspace(context, width * height)
  const { device } = context
  await device.dispatch({
    kernel: 'fastScores',
    args: [bytes, width, height, threshold, scores],
    rows: height,
    scratch: fastScratch,
  })
  const counts = workspace(context, 4 * height)
  const scan = (firsts: number, list: number) =>
    device.dispatch({
      kernel: 'fastCorners',
      args: [scores, width, height, suppress ? 1 : 0, margin, counts, firsts, list],
      rows: height,
    })
  await scan(0, 0)
  const { buffer, byteOffset } = context.uint8(counts, 4 * height)
  let count = 0
  const firsts = Uint32Array.from(new Uint32Array(buffer, byteOffset, height), (n) => {
    count += n
    return count - n
  })
  const list = workspace(context, 12 * count)
  if (count > 0) await scan(context.upload(firsts), list)
  return { list, count }
}

const explain = explainWhole(
  ({ width, height, numbers }, { threshold, suppress }: FastParams) =>
    plain({ width, height, pixels: bytesOf(numbers) }, threshold, suppress),
  (corners, { x }) => {
    const one = corners[Math.floor(x / 5)]
    const numbers = one ? [one.x, one.y, 7, -1, one.score / 255] : []
    return { says: 'x, y, size, angle or score of a corner', value: numbers[x % 5] }
  },
)

/**
 * Pixels with nine neighbours of the ring in a row that are all lighter, or all darker, by more than the threshold, row by row. Numbers
 * are rounded to 8 bits first. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 of 0 to 1 in; (N, 5) float32 out: x, y, size 7, angle −1 (none), and the largest threshold with which it would
 * still be one, 0 to 1.
 * @throws op.unsupported for several channels, and for a threshold that is no whole number from 1 to 255
 * @see OpenCV FAST, TYPE_9_16; E. Rosten and T. Drummond 2006
 */
export const fastCorners = defineOp<readonly [ImageValue], FastParams, TensorValue>({
  name: 'fastCorners',
  nonFinite: 'NaN is 0, as numpy.nan_to_num has it; infinities are the darkest and the brightest byte.',
  async cpu(context, [image], params) {
    checkGray(label, image)
    requireInteger(label, 'a threshold of', params.threshold, 1, 255)
    const { list, count } = await listCorners(context, await bytesIn(context, image), image, params, 3)
    const points = context.tensor({ kind: 'tensor', shape: [count, 5], axes: ['N', 'C'] })
    await context.device.dispatch({ kernel: 'fastPoints', args: [list, context.address(points)], rows: count })
    return points
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
