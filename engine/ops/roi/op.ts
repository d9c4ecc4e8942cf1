/** RoI Align and RoI Pool: of each box a grid of one size, filled from a feature map (torchvision.ops). */
import { cover } from '../../gpu/device.ts'
import type { TensorShape, TensorValue } from '../../values/index.ts'
import { requireFinite, requireInteger, unsupported } from '../check.ts'
import {
  type At,
  type CpuContext,
  defineOp,
  type GpuContext,
  type Readable,
  type Site,
  type StoredShape,
  type Term,
  type Terms,
} from '../op.ts'
import { distinct, functionOf, gather, pixel, sumOf, termAt } from '../terms.ts'

export interface RoiPoolParams {
  /** x0, y0, x1, y1 of one box after the other. */
  readonly boxes: ArrayLike<number>
  /** Rows and columns of bins. */
  readonly size: readonly [rows: number, columns: number]
  /** From the boxes' pixels to features: 1 / stride. */
  readonly scale: number
}

export interface RoiAlignParams extends RoiPoolParams {
  /** Samples a side of each bin; 0: as many as features that the bin spans. */
  readonly sampling: number
  /** Whether a feature's middle is at half a pixel, as pixels are counted elsewhere. `false`: as in the first version. */
  readonly aligned: boolean
}

const { fround } = Math

/** Where a number of a feature map or a result lies: strides in numbers. */
interface Layout {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly y: number
  readonly x: number
  readonly c: number
}

/** Of a map of this size, channels last or first. */
const layoutOf = (height: number, width: number, channels: number, last: boolean): Layout => ({
  ...{ height, width, channels },
  ...(last ? { y: width * channels, x: channels, c: 1 } : { y: width, x: 1, c: height * width }),
})

const channelsLast = ({ axes }: TensorShape): boolean => axes.join('') === 'NHWC'

/** @throws op.unsupported for what is no single feature map */
function featuresOf(label: string, shape: StoredShape): { readonly of: Layout; readonly last: boolean } {
  const axes = shape.kind === 'tensor' ? shape.axes.join('') : ''
  if (shape.kind !== 'tensor' || (axes !== 'NHWC' && axes !== 'NCHW') || shape.shape[0] !== 1)
    throw unsupported(
      label,
      shape.kind === 'tensor' ? `a tensor ${axes} of ${shape.shape.join(' × ')}` : 'a picture',
      'one feature map: NHWC or NCHW with N = 1',
    )
  const [, a = 0, b = 0, c = 0] = shape.shape
  const last = channelsLast(shape)
  return { last, of: last ? layoutOf(a, b, c, true) : layoutOf(b, c, a, false) }
}

/** The shape of both ops' results. Throws like the ops. */
export function roiShape(label: string, features: StoredShape, { boxes, size, scale }: RoiPoolParams): TensorShape {
  const { of, last } = featuresOf(label, features)
  const [rows, columns] = size
  requireInteger(label, 'rows', rows, 1, 256)
  requireInteger(label, 'columns', columns, 1, 256)
  if (!(scale > 0) || !Number.isFinite(scale)) throw unsupported(label, `a scale of ${scale}`, 'a number above 0')
  if (boxes.length % 4 !== 0) throw unsupported(label, `${boxes.length} numbers of boxes`, 'four for each box')
  requireFinite(label, 'boxes', Array.from(boxes))
  const [n, channels] = [boxes.length / 4, of.channels]
  return last
    ? { kind: 'tensor', shape: [n, rows, columns, channels], axes: ['N', 'H', 'W', 'C'] }
    : { kind: 'tensor', shape: [n, channels, rows, columns], axes: ['N', 'C', 'H', 'W'] }
}

/** What both kernels take before their own parameters. */
function argsOf(label: string, context: CpuContext, features: TensorValue, params: RoiPoolParams) {
  const out = context.tensor(roiShape(label, features, params))
  const { of, last } = featuresOf(label, features)
  const [rows, columns] = params.size
  const made = layoutOf(rows, columns, of.channels, last)
  const boxes = context.upload(Float32Array.from(params.boxes))
  return {
    out,
    rows: (params.boxes.length / 4) * rows,
    args: [
      ...[context.address(features), of.height, of.width, of.channels, of.y, of.x, of.c, boxes],
      ...[context.address(out), rows, columns, rows * columns * of.channels, made.y, made.x, made.c],
      fround(params.scale),
    ],
  }
}

/** One number an invocation. @param boxes what the kernel takes of each box, six numbers */
async function onGpu(
  label: string,
  context: GpuContext,
  features: TensorValue,
  params: RoiPoolParams,
  kernel: string,
  boxes: (box: readonly number[], of: Layout) => readonly number[],
): Promise<TensorValue> {
  const out = await context.tensor(roiShape(label, features, params))
  const { of, last } = featuresOf(label, features)
  const [rows, columns] = params.size
  const made = layoutOf(rows, columns, of.channels, last)
  const count = params.boxes.length / 4
  if (count === 0 || of.channels === 0) return out
  const numbers = Array.from({ length: count }, (_, n) => boxes(boxAt(params, n), of)).flat()
  await context.dispatch({
    kernel: `roi/${kernel}`,
    params: [
      ...[of.height, of.width, of.channels, of.y, of.x, of.c],
      ...[rows, count * rows, columns, rows * columns * of.channels, made.y, made.x, made.c],
    ],
    buffers: [context.block(features), await context.upload(numbers), context.block(out)],
    groups: [cover(columns * of.channels, 64), cover(count * rows, 4)],
  })
  return out
}

/** The sides of box `n` in float32. */
const boxAt = ({ boxes }: RoiPoolParams, n: number): readonly number[] =>
  Array.from({ length: 4 }, (_, i) => fround(boxes[4 * n + i] ?? 0))

interface Place {
  readonly of: Layout
  readonly box: readonly number[]
  readonly y: number
  readonly x: number
  readonly c: number
}

/** Which bin of which box a number of the result is. */
function placeOf({ x: flat }: At, shape: StoredShape | undefined, params: RoiPoolParams): Place | undefined {
  if (!shape) return undefined
  const { of, last } = featuresOf('RoI', shape)
  const [rows, columns] = params.size
  const each = rows * columns * of.channels
  const n = Math.floor(flat / each)
  const rest = flat % each
  const box = boxAt(params, n)
  if (last) {
    const [y, x] = [Math.floor(rest / (columns * of.channels)), Math.floor(rest / of.channels) % columns]
    return { of, box, y, x, c: rest % of.channels }
  }
  return { of, box, c: Math.floor(rest / (rows * columns)), y: Math.floor(rest / columns) % rows, x: rest % columns }
}

const siteAt = ({ of, c }: Place, y: number, x: number): Site => pixel(0, y * of.y + x * of.x + c * of.c, 0)

interface Tap {
  readonly site: Site
  readonly weight: number
}

interface Axis {
  readonly low: number
  readonly high: number
  readonly part: number
}

/** Along one axis: where a box starts in features, the size of its bins, and the samples of each. */
function alignedBins(
  [from, to]: readonly [number, number],
  bins: number,
  { scale, sampling, aligned }: RoiAlignParams,
): { readonly start: number; readonly step: number; readonly count: number } {
  const offset = aligned ? 0.5 : 0
  const start = fround(fround(from * fround(scale)) - offset)
  let size = fround(fround(fround(to * fround(scale)) - offset) - start)
  if (!aligned) size = Math.max(size, 1)
  const step = fround(size / bins)
  return { start, step, count: sampling > 0 ? sampling : Math.max(0, Math.ceil(step)) }
}

/** The samples of a bin along one axis, as the kernel takes them; undefined of those beyond the map. */
function samplesOf(
  sides: readonly [number, number],
  bin: number,
  bins: number,
  length: number,
  params: RoiAlignParams,
): readonly (Axis | undefined)[] {
  const { start, step, count } = alignedBins(sides, bins, params)
  return Array.from({ length: count }, (_, i) => {
    const at = fround(fround(start + fround(bin * step)) + fround(fround((i + 0.5) * step) / count))
    if (!(at >= -1 && at <= length)) return undefined
    const inside = Math.max(at, 0)
    const low = Math.min(Math.trunc(inside), length - 1)
    return { low, high: Math.min(low + 1, length - 1), part: low >= length - 1 ? 0 : fround(inside - low) }
  })
}

/** What RoI Align adds up: the four features around each sample. */
function tapsOf(at: At, shape: StoredShape | undefined, params: RoiAlignParams): readonly Tap[] {
  const place = placeOf(at, shape, params)
  if (!place) return []
  const { of, box, y, x } = place
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box
  const [rows, columns] = params.size
  const down = samplesOf([y0, y1], y, rows, of.height, params)
  const across = samplesOf([x0, x1], x, columns, of.width, params)
  const count = Math.max(down.length * across.length, 1)
  return down.flatMap((v) =>
    across.flatMap((u): Tap[] => {
      if (!v || !u) return []
      const tap = (y: number, x: number, weight: number): Tap => ({ site: siteAt(place, y, x), weight: weight / count })
      return [
        tap(v.low, u.low, (1 - v.part) * (1 - u.part)),
        tap(v.low, u.high, (1 - v.part) * u.part),
        tap(v.high, u.low, v.part * (1 - u.part)),
        tap(v.high, u.high, v.part * u.part),
      ]
    }),
  )
}

/**
 * RoI Align: `out[n, y, x, c]` is the mean of samples in bin (y, x) of box n, each interpolated between four features. Samples more than
 * one feature beyond the map count as 0.
 *
 * Features (1, H, W, C) or (1, C, H, W) float32 in; (N, rows, columns, C) or (N, C, rows, columns) out.
 * @throws op.unsupported for several feature maps, boxes that are not finite, and sizes below 1 or above 256
 * @see torchvision.ops.roi_align; He et al., "Mask R-CNN", ICCV 2017
 */
export const roiAlign = defineOp<readonly [TensorValue], RoiAlignParams, TensorValue>({
  name: 'roiAlign',
  nonFinite:
    'Multiplied with its weight like any number, so a weight of 0 makes NaN of it, as in torchvision.ops.roi_align. Samples beyond the map read nothing.',
  async cpu(context, [features], params) {
    requireInteger('RoI Align', 'sampling', params.sampling, 0, 64)
    const { out, rows, args } = argsOf('RoI Align', context, features, params)
    await context.device.dispatch({
      kernel: 'roiAlign',
      args: [...args, params.sampling, params.aligned ? 1 : 0],
      rows,
    })
    return out
  },
  gpu(context, [features], params) {
    requireInteger('RoI Align', 'sampling', params.sampling, 0, 64)
    const [rows, columns] = params.size
    return onGpu('RoI Align', context, features, params, 'roiAlign', ([x0 = 0, y0 = 0, x1 = 0, y1 = 0]) => {
      const [across, down] = [alignedBins([x0, x1], columns, params), alignedBins([y0, y1], rows, params)]
      return [across.start, down.start, across.step, down.step, across.count, down.count]
    })
  },
  reach: (at, [features], params) => distinct(tapsOf(at, features, params).map(({ site }) => site)),
  terms(at, inputs, params): Terms {
    const terms = tapsOf(at, inputs[0]?.shape, params).map(({ site, weight }) => termAt(inputs, site, weight))
    // 0 · ∞ is NaN: weights of what is not finite are not added up.
    const finite = (term: Term): boolean => Number.isFinite(term.value)
    return sumOf([...gather(terms.filter(finite)), ...terms.filter((term) => !finite(term))])
  },
})

const rounded = (v: number): number => (v < 0 ? -Math.floor(-v + 0.5) : Math.floor(v + 0.5))

/** Along one axis: the feature at which a box starts, and the size of its bins. */
function wholeBins([from, to]: readonly [number, number], bins: number, scale: number) {
  const place = (side: number): number => rounded(fround(side * fround(scale)))
  const start = place(from)
  return { start, step: fround(Math.max(place(to) - start + 1, 1) / bins) }
}

/** The features of a bin along one axis. */
function binOf(sides: readonly [number, number], bin: number, bins: number, length: number, scale: number) {
  const { start, step } = wholeBins(sides, bins, scale)
  const inside = (v: number): number => Math.min(Math.max(v, 0), length)
  const first = inside(start + Math.floor(fround(bin * step)))
  const end = inside(start + Math.ceil(fround((bin + 1) * step)))
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i)
}

function binSites(at: At, shape: StoredShape | undefined, params: RoiPoolParams): readonly Site[] {
  const place = placeOf(at, shape, params)
  if (!place) return []
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = place.box
  const [rows, columns] = params.size
  const across = binOf([x0, x1], place.x, columns, place.of.width, params.scale)
  return binOf([y0, y1], place.y, rows, place.of.height, params.scale).flatMap((y) =>
    across.map((x) => siteAt(place, y, x)),
  )
}

/** The largest as the kernel finds it: what is NaN is never larger. */
const largest = (terms: readonly Term[]): number =>
  terms.reduce((best, { value }) => (value > best ? value : best), -fround(3.4028234663852886e38))

/**
 * RoI Pool: `out[n, y, x, c]` is the largest feature in bin (y, x) of box n. The box's edges are rounded to whole features, and so are
 * the bins': that shifts them by up to half a feature. A bin outside the map gives 0.
 *
 * Features (1, H, W, C) or (1, C, H, W) float32 in; (N, rows, columns, C) or (N, C, rows, columns) out.
 * @throws op.unsupported as `roiAlign`
 * @see torchvision.ops.roi_pool; Girshick, "Fast R-CNN", ICCV 2015
 */
export const roiPool = defineOp<readonly [TensorValue], RoiPoolParams, TensorValue>({
  name: 'roiPool',
  nonFinite:
    'NaN is never the largest; a bin of nothing else gives the lowest float, as torchvision.ops.roi_pool has it.',
  async cpu(context, [features], params) {
    const { out, rows, args } = argsOf('RoI Pool', context, features, params)
    await context.device.dispatch({ kernel: 'roiPool', args, rows })
    return out
  },
  gpu: (context, [features], params) =>
    onGpu('RoI Pool', context, features, params, 'roiPool', ([x0 = 0, y0 = 0, x1 = 0, y1 = 0]) => {
      const { size, scale } = params
      const [across, down] = [wholeBins([x0, x1], size[1], scale), wholeBins([y0, y1], size[0], scale)]
      return [across.start, down.start, across.step, down.step, 0, 0]
    }),
  reach: (at, [features], params) => binSites(at, features, params),
  terms(at, inputs: readonly Readable[], params): Terms {
    const terms = binSites(at, inputs[0]?.shape, params).map((site) => termAt(inputs, site))
    if (terms.length === 0) return sumOf([])
    if (terms.every(({ value }) => Number.isFinite(value))) return { combine: 'max', terms }
    return functionOf(terms, 'the largest of its bin', largest(terms))
  },
})
