/** Windows that a linear classifier on HOG accepts, at all sizes (cv2.HOGDescriptor.detectMultiScale without grouping). */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { requireFinite, requireImage, requireInteger, unsupported } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { bytesOf } from '../orb/fast.ts'
import { bytesIn, resizedIn } from '../orb/resized.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { hogPlaces, VOTE } from './places.ts'
import { type HogParams, hogLength, hogSize } from './plain.ts'
import { boxAt, type Hit, type HogScan, hogDetect, type Sides, scanScales, sizeAt } from './scan.ts'

export interface HogWindowsParams {
  readonly hog: HogParams
  readonly scan: HogScan
  /** As many as HOG of one window has numbers, in its order. */
  readonly weights: Float32Array
  readonly bias: number
}

const label = 'HOG windows'

function check(image: ImageShape, { hog, scan, weights, bias }: HogWindowsParams): void {
  requireImage(label, image)
  requireInteger(label, 'a cell of', hog.cell, 2, 1024)
  requireInteger(label, 'a block of', hog.block, 1, 64)
  requireInteger(label, 'bins', hog.bins, 2, 1024)
  requireInteger(label, 'a step of', scan.step, 1, 1024)
  const sides = [scan.width, scan.height]
  if (sides.some((side) => side % hog.cell !== 0 || side < hog.cell * hog.block))
    throw unsupported(label, `a window of ${sides.join(' × ')} px`, `whole cells of ${hog.cell} px, at least a block`)
  if (!(scan.scale > 1 && Number.isFinite(scan.scale)))
    throw unsupported(label, `a scale step of ${scan.scale}`, 'one above 1')
  const length = hogLength(scan.width, scan.height, hog)
  if (weights.length !== length)
    throw unsupported(label, `${weights.length} weights`, `${length}, as a window has numbers`)
  requireFinite(label, 'a bias', [bias])
}

interface Memory {
  readonly bytes: number
  readonly smaller: number
  readonly numbers: number
  readonly votes: number
  readonly blocks: number
  readonly margins: number
  readonly places: number
  readonly weights: number
}

/** The windows of one size that are accepted. */
async function hitsAt(
  context: CpuContext,
  image: ImageShape,
  scale: number,
  { hog, scan, bias }: HogWindowsParams,
  memory: Memory,
): Promise<readonly Hit[]> {
  const { device } = context
  const { channels } = image
  const { cell, block, bins, signed, gamma } = hog
  const size: Sides = sizeAt(image, scale)
  const { width: w, height: h, across, down } = hogSize(size.width, size.height, hog)
  const window = hogSize(scan.width, scan.height, hog)
  const from = { width: image.width, height: image.height, bytes: memory.bytes }
  const picture = await resizedIn(context, from, size, { channels, made: memory.smaller })
  const { numbers, votes, blocks, margins } = memory
  const line = size.width * channels
  await device.dispatch({ kernel: 'hogBytes', args: [picture, line, gamma ? 1 : 0, numbers], rows: size.height })
  await device.dispatch({
    kernel: 'hogVotes',
    args: [numbers, size.width, size.height, channels, w, bins, signed ? 360 : 180, votes],
    rows: h,
    scratch: 8 * w + 256 + SCRATCH_SLACK,
  })
  const length = block * block * bins
  await device.dispatch({
    kernel: 'hogBlocks',
    args: [votes, w, cell, cell * block, down, memory.places, blocks, length],
    rows: across * down,
  })
  const places = (all: number, own: number): number => Math.floor((all - own) / scan.step) + 1
  const [columns, rows] = [places(across, window.across), places(down, window.down)]
  await device.dispatch({
    kernel: 'hogMargins',
    args: [blocks, down, length, window.across, window.down, scan.step, columns, memory.weights, bias, margins],
    rows,
  })
  const found = context.float64(margins, columns * rows)
  const hits: Hit[] = []
  const step = cell * scan.step
  for (const [i, margin] of found.entries())
    if (margin >= scan.threshold)
      hits.push({ box: boxAt(scan, step * (i % columns), step * Math.floor(i / columns), scale), margin })
  return hits
}

const explain = explainWhole(
  ({ numbers, ...size }, { hog, scan, ...model }: HogWindowsParams) =>
    hogDetect({ ...size, pixels: bytesOf(numbers) }, model, scan, hog),
  (hits, { x }) => {
    const hit = hits[Math.floor(x / 5)]
    return { says: 'a side of a window, or its margin', value: hit && [...hit.box, hit.margin][x % 5] }
  },
)

/**
 * Every window whose margin w · HOG + b is at least the threshold, at all sizes, best first. Numbers are rounded to 8 bits first, and the
 * picture is made smaller step by step. It has no GPU kernel.
 *
 * Image (H, W, C) float32 of 0 to 1, any C, in; (N, 5) float32 out: left, top, right, bottom in pixels of the picture, and the margin.
 * @throws op.unsupported for a window, weights or steps that do not fit
 * @see OpenCV HOGDescriptor::detectMultiScale without grouping and padding; N. Dalal and B. Triggs 2005
 */
export const hogWindows = defineOp<readonly [ImageValue], HogWindowsParams, TensorValue>({
  name: 'hogWindows',
  nonFinite: 'NaN is 0, as numpy.nan_to_num has it; infinities are the darkest and the brightest byte.',
  async cpu(context, [image], params) {
    check(image, params)
    const { hog, scan, weights } = params
    const { width, height, channels } = image
    const hits: Hit[] = []
    const scales = scanScales(image, scan)
    if (scales.length > 0) {
      const { width: w, height: h, across, down } = hogSize(width, height, hog)
      const memory = {
        bytes: await bytesIn(context, image),
        smaller: workspace(context, width * height * channels),
        numbers: workspace(context, 4 * width * height * channels),
        votes: workspace(context, VOTE * w * h),
        blocks: workspace(context, 4 * across * down * hog.block ** 2 * hog.bins),
        margins: workspace(context, 8 * across * down),
        places: context.upload(hogPlaces(hog)),
        weights: context.upload(weights),
      }
      for (const scale of scales) for (const hit of await hitsAt(context, image, scale, params, memory)) hits.push(hit)
    }
    hits.sort((a, b) => b.margin - a.margin)
    const out = context.tensor({ kind: 'tensor', shape: [hits.length, 5], axes: ['N', 'C'] })
    context.float32(context.address(out), 5 * hits.length).set(hits.flatMap(({ box, margin }) => [...box, margin]))
    return out
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
