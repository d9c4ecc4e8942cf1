/** ORB: FAST corners at several sizes with a direction, and 256 comparisons about each (cv2.ORB). */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { borderCode } from '../border.ts'
import { requireInteger, unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { separableScratch } from '../separable/scratch.ts'
import { taps } from '../sift/pyramid.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { checkGray, listCorners } from './corners.ts'
import { fastScratch } from './layout.ts'
import { orbPattern } from './pattern.ts'
import { type OrbLevel, type OrbParams, orb, orbLength, orbLevels, patch, patchReach } from './plain.ts'
import { bytesIn, resizedIn } from './resized.ts'

export interface OrbFeatures {
  /** (N, 5): x, y and diameter in pixels, angle in degrees, response. */
  readonly points: TensorValue
  /** (N, 32) uint8: 256 bits. */
  readonly descriptors: TensorValue
}

const label = 'ORB'

function check(image: ImageShape, { most, factor, levels, threshold }: OrbParams): void {
  checkGray(label, image)
  requireInteger(label, 'how many', most, 1, 1_000_000)
  requireInteger(label, 'levels', levels, 1, 32)
  requireInteger(label, 'a threshold of', threshold, 1, 255)
  if (!(factor > 1 && factor <= 100)) throw unsupported(label, `a factor of ${factor}`, 'one above 1, up to 100')
}

/** The picture blurred for comparisons, as float32. */
async function smoothed(context: CpuContext, bytes: number, { width, height }: OrbLevel): Promise<number> {
  const [numbers, smooth] = [workspace(context, 4 * width * height), workspace(context, 4 * width * height)]
  await context.device.dispatch({ kernel: 'numbersOfBytes', args: [bytes, width, numbers], rows: height })
  const weights = context.upload(taps(2, 7))
  await context.device.dispatch({
    kernel: 'separable',
    args: [numbers, smooth, width, height, 1, weights, 7, weights, 7, borderCode('reflect101'), 0],
    rows: height,
    scratch: separableScratch(width, 1, 7, 7),
  })
  return smooth
}

/** The positions in a list of the `most` largest scores; of equal scores the first. */
function strongest(corners: Int32Array, most: number): Int32Array {
  const counts = new Int32Array(257)
  for (let i = 2; i < corners.length; i += 3)
    counts[255 - (corners[i] ?? 0) + 1] = (counts[256 - (corners[i] ?? 0)] ?? 0) + 1
  for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0)
  const order = new Int32Array(corners.length / 3)
  for (let i = 0; i < order.length; i++) {
    const bin = 255 - (corners[3 * i + 2] ?? 0)
    const to = counts[bin] ?? 0
    counts[bin] = to + 1
    order[to] = i
  }
  return order.subarray(0, most)
}

interface LevelFound {
  readonly level: OrbLevel
  readonly bytes: number
  readonly smooth: number
  readonly corners: number
  readonly responses: number
  readonly count: number
}

/** The corners of one level, best first. */
async function foundOn(
  context: CpuContext,
  level: OrbLevel,
  bytes: number,
  threshold: number,
): Promise<LevelFound | undefined> {
  const { list, count } = await listCorners(context, bytes, level, { threshold, suppress: true }, patch)
  if (count === 0 || level.share === 0) return undefined
  const all = context.int32(list, 3 * count)
  const first = strongest(all, 2 * level.share)
  const pick = (order: Iterable<number>) =>
    Int32Array.from([...order].flatMap((i) => [...all.subarray(3 * i, 3 * i + 3)]))
  const chosen = context.upload(pick(first))
  const responses = workspace(context, 8 * first.length)
  const [smooth] = await Promise.all([
    smoothed(context, bytes, level),
    context.device.dispatch({
      kernel: 'orbResponses',
      args: [bytes, level.width, chosen, responses],
      rows: first.length,
    }),
  ])
  const values = Float64Array.from(context.float64(responses, first.length))
  const order = Array.from(first.keys())
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0))
    .slice(0, level.share)
  // The memory may have grown since.
  const kept = context.int32(chosen, 3 * first.length)
  const corners = Int32Array.from(order.flatMap((i) => [...kept.subarray(3 * i, 3 * i + 3)]))
  return {
    level,
    bytes,
    smooth,
    corners: context.upload(corners),
    responses: context.upload(Float64Array.from(order, (i) => values[i] ?? 0)),
    count: order.length,
  }
}

const explain = explainWhole(orb, ({ features, descriptors }, { x, output }) => {
  if (output === 'descriptors') return { says: 'eight comparisons', value: descriptors[x] }
  const one = features[Math.floor(x / 5)]
  const numbers = one ? [one.x, one.y, one.size, one.angle, one.response] : []
  return { says: 'x, y, size, angle or response of a corner', value: numbers[x % 5] }
})

/**
 * Corners at several sizes, the best by Harris, with the direction of the centre of brightness around them, and 256 comparisons of
 * pixels turned with it, as cv2.ORB (whose pairs are others). Numbers are rounded to 8 bits first. It has no GPU kernel.
 *
 * Image (H, W, 1) float32 of 0 to 1 in; `points` (N, 5) float32 and `descriptors` (N, 32) uint8, size by size, out.
 * @throws op.unsupported for several channels and parameters out of range
 * @see OpenCV ORB; E. Rublee et al., ORB: an efficient alternative to SIFT or SURF, 2011
 */
export const orbFeatures = defineOp<readonly [ImageValue], OrbParams, OrbFeatures>({
  name: 'orbFeatures',
  nonFinite: 'NaN is 0, as numpy.nan_to_num has it; infinities are the darkest and the brightest byte.',
  async cpu(context, [image], params) {
    check(image, params)
    const pictures: { readonly level: OrbLevel; readonly bytes: number }[] = []
    let bytes = await bytesIn(context, image)
    let before: OrbLevel = { scale: 1, width: image.width, height: image.height, share: 0 }
    for (const level of orbLevels(image.width, image.height, params)) {
      bytes = await resizedIn(context, { ...before, bytes }, level)
      before = level
      pictures.push({ level, bytes })
    }
    // All sizes at once: the small ones fill the gaps of the others.
    const levels = await Promise.all(
      pictures.map(({ level, bytes }) => foundOn(context, level, bytes, params.threshold)),
    )
    const found = levels.filter((one) => one !== undefined)
    const count = found.reduce((sum, one) => sum + one.count, 0)
    const points = context.tensor({ kind: 'tensor', shape: [count, 5], axes: ['N', 'C'] })
    const descriptors = context.tensor({ kind: 'tensor', shape: [count, orbLength], axes: ['N', 'C'], dtype: 'uint8' })
    const tables = [context.upload(Int32Array.from(patchReach)), context.upload(Int32Array.from(orbPattern))]
    let [to, into] = [context.address(points), context.address(descriptors)]
    for (const { level, bytes, smooth, corners, responses, count } of found) {
      const args = [bytes, smooth, level.width, level.scale, corners, responses, ...tables, to, into]
      await context.device.dispatch({ kernel: 'orbDescribe', args, rows: count, scratch: fastScratch })
      to += 20 * count
      into += orbLength * count
    }
    return { points, descriptors }
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
