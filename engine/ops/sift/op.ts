/** SIFT: spots at their own scale with a direction, and 128 numbers about each (cv2.SIFT). */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { borderCode } from '../border.ts'
import { requireFinite, requireImage, requireInteger, unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { around, same } from '../rows.ts'
import { separableScratch } from '../separable/scratch.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { MOST_ANGLES, RECORD, siftLength, siftScratch } from './layout.ts'
import { blursOf, firstBlur, leastDifference, octaveCount, type SiftParams, sift } from './plain.ts'
import { taps } from './pyramid.ts'

export interface SiftFeatures {
  /** (N, 5): x, y and diameter in pixels, angle in degrees, response. */
  readonly points: TensorValue
  /** (N, 128), whole numbers from 0 to 255. */
  readonly descriptors: TensorValue
}

const label = 'SIFT'

function check(image: ImageShape, { most, layers, contrast, edge, sigma }: SiftParams): void {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  requireInteger(label, 'how many', most, 0, 2 ** 31 - 1)
  requireInteger(label, 'layers', layers, 1, 10)
  requireFinite(label, 'contrast, edge and sigma', [contrast, edge, sigma])
  if (contrast < 0 || edge <= 0 || sigma <= 0 || sigma > 8)
    throw unsupported(
      label,
      `contrast ${contrast}, edge ${edge}, sigma ${sigma}`,
      'a contrast from 0, an edge above 0 and a sigma up to 8',
    )
}

const rowsOf = (count: number, length: number): TensorShape => ({
  kind: 'tensor',
  shape: [count, length],
  axes: ['N', 'C'],
})

interface Plane {
  readonly width: number
  readonly height: number
  readonly address: number
}

/** One plane blurred by a Gaussian into another one. */
async function blur(context: CpuContext, from: Plane, to: Plane, sigma: number): Promise<void> {
  const { width, height } = from
  const weights = context.upload(taps(sigma))
  const count = taps(sigma).length
  const rows = around(count >> 1, count >> 1, height, 'reflect101')
  await context.device.dispatch({
    kernel: 'separable',
    args: [
      ...[from.address, to.address, width, height, 1],
      ...[weights, count, weights, count, borderCode('reflect101'), 0],
    ],
    rows: height,
    reads: [{ address: from.address, stride: 4 * width, height, rows }],
    scratch: separableScratch(width, 1, count, count),
  })
}

/** The planes of all octaves, those of one after the other. */
async function planesOf(context: CpuContext, image: ImageValue, params: SiftParams): Promise<readonly Plane[][]> {
  const { width, height } = image
  const { device } = context
  const plane = (width: number, height: number): Plane => ({
    width,
    height,
    address: workspace(context, 4 * width * height),
  })
  const [bytes, sharp, first] = [plane(width, height), plane(2 * width, 2 * height), plane(2 * width, 2 * height)]
  await device.dispatch({
    kernel: 'siftBytes',
    args: [context.address(image), width, bytes.address],
    rows: height,
    reads: [context.reading(image, same)],
  })
  const doubled = [bytes.address, width, height, sharp.address]
  await device.dispatch({ kernel: 'siftDoubled', args: doubled, rows: 2 * height })
  await blur(context, sharp, first, firstBlur(params.sigma))
  const octaves: Plane[][] = []
  for (let octave = 0; octave < octaveCount(width, height); octave++) {
    const before = octaves.at(-1)?.[params.layers]
    const start = before ? plane(before.width >> 1, before.height >> 1) : first
    if (before) {
      const args = [before.address, before.width, start.address, start.width]
      await device.dispatch({ kernel: 'siftHalved', args, rows: start.height })
    }
    const scales = [start]
    for (const [i, sigma] of blursOf(params).entries()) {
      // What the first blur was made of is free now.
      const next = octave === 0 && i === 0 ? sharp : plane(start.width, start.height)
      await blur(context, scales[i] as Plane, next, sigma)
      scales.push(next)
    }
    octaves.push(scales)
  }
  return octaves
}

interface Found {
  readonly octave: number
  readonly list: number
  readonly count: number
}

/** The extrema of one octave, in a list. */
async function extremaOf(
  context: CpuContext,
  planes: number,
  octave: number,
  { width, height }: Plane,
  params: SiftParams,
): Promise<Found> {
  const rows = params.layers * height
  const counts = workspace(context, 4 * rows)
  const scan = (firsts: number, list: number) =>
    context.device.dispatch({
      kernel: 'siftExtrema',
      args: [planes, width, height, leastDifference(params), counts, firsts, list],
      rows,
    })
  await scan(0, 0)
  const { buffer, byteOffset } = context.uint8(counts, 4 * rows)
  let count = 0
  const firsts = Uint32Array.from(new Uint32Array(buffer, byteOffset, rows), (n) => {
    count += n
    return count - n
  })
  const list = workspace(context, 12 * count)
  if (count > 0) await scan(context.upload(firsts), list)
  return { octave, list, count }
}

/** How large the largest spot is, in pixels of its octave. */
const largest = ({ sigma, layers }: SiftParams): number => sigma * 2 ** ((layers + 1) / layers)

const explain = explainWhole(sift, ({ features, descriptors }, { x, output }) => {
  if (output === 'descriptors') return { says: 'a number of a descriptor', value: descriptors[x] }
  const one = features[Math.floor(x / 5)]
  const numbers = one ? [one.x, one.y, one.size, one.angle, one.response] : []
  return { says: 'x, y, size, angle or response of a spot', value: numbers[x % 5] }
})

/**
 * Spots that stand out at one blur more than at those before and after, strongest first, and descriptors of them, from the picture
 * doubled and in octaves, as cv2.SIFT. Numbers are rounded to 8 bits first, as OpenCV takes them. What is computed only where
 * something was found is short; the blurs are those of `separable`. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 of 0 to 1 in; `points` (N, 5) and `descriptors` (N, 128) float32 out. At its height it takes some
 * 32 × (layers + 3) bytes for each pixel.
 * @throws op.unsupported for several channels and parameters out of range
 * @see OpenCV SIFT; D. Lowe, Distinctive image features from scale-invariant keypoints, 2004
 */
export const siftFeatures = defineOp<readonly [ImageValue], SiftParams, SiftFeatures>({
  name: 'siftFeatures',
  nonFinite: 'Counted as 0, as numpy.nan_to_num does before a picture is made 8 bits; infinity too.',
  async cpu(context, [image], params) {
    check(image, params)
    const { layers, contrast, edge, sigma, most } = params
    const { device } = context
    const octaves = await planesOf(context, image, params)
    const planes = context.upload(
      Uint32Array.from(octaves.flat().flatMap(({ address, width, height }) => [address, width, height])),
    )
    const planeOf = (octave: number): number => planes + 12 * octave * (layers + 3)
    const found: Found[] = []
    for (const [octave, [plane]] of octaves.entries())
      if (plane) found.push(await extremaOf(context, planeOf(octave), octave, plane, params))
    const count = found.reduce((sum, one) => sum + one.count, 0)
    const records = workspace(context, RECORD * count)
    const scratch = siftScratch(largest(params))
    let before = 0
    for (const one of found) {
      const plane = octaves[one.octave]?.[0] as Plane
      const settings = [layers, one.octave, contrast, edge, sigma]
      const args = [planeOf(one.octave), one.octave * (layers + 3), plane.width, plane.height, ...settings]
      const places = [one.list, records + RECORD * before]
      await device.dispatch({ kernel: 'siftPlaces', args: [...args, ...places], rows: one.count, scratch })
      before += one.count
    }
    const [order, spare] = [workspace(context, 4 * MOST_ANGLES * count), workspace(context, 4 * MOST_ANGLES * count)]
    const kept = context.temporary(4)
    await device.dispatch({ kernel: 'siftSorted', args: [records, count, most, order, spare, kept], rows: 1 })
    const left = new DataView(device.memory.buffer).getUint32(kept, true)
    const points = context.tensor(rowsOf(left, 5))
    const descriptors = context.tensor(rowsOf(left, siftLength))
    const made = [context.address(points), context.address(descriptors)]
    const args = [planes, layers, records, order, ...made]
    await device.dispatch({ kernel: 'siftDescribe', args, rows: left, scratch })
    return { points, descriptors }
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
