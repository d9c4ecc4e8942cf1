/** Statistics of a value: extent, mean, deviation, broken numbers and histogram of each channel (numpy). */
import { dtypes } from '../../values/dtype.ts'
import { describeShape } from '../../values/index.ts'
import { floats } from '../cast/floats.ts'
import { requireInteger, unsupported } from '../check.ts'
import { type At, type CpuContext, defineOp, type Readable, type StoredShape, type StoredValue } from '../op.ts'
import { channelRange } from '../ranges.ts'
import { functionOf, pixel, sumOf, termAt } from '../terms.ts'
import { histogramOnGpu, momentsOnGpu } from './gpu.ts'
import { type ChannelStatistics, layoutOf } from './layout.ts'

export interface StatisticsParams {
  /** Bins of the histogram, 2 to 4096. Absent: none is made, which is several times faster. */
  readonly bins?: number
  /** What the histogram spans. Absent: the nominal range, widened to hold all finite values; their extent where there is none. */
  readonly range?: readonly [number, number]
}

const label = 'Statistics'
const FIELDS = 6

/** Rows in a group: the same for any number of threads, so that sums are the same to the last bit. */
const grainOf = (height: number): number => Math.max(1, Math.ceil(height / 64))

/** Everything but the histogram. */
export async function moments(context: CpuContext, value: StoredValue): Promise<ChannelStatistics[]> {
  const { width, height, channels } = layoutOf(value)
  const grain = grainOf(height)
  const groups = Math.ceil(height / grain)
  const length = groups * channels * FIELDS
  const out = context.temporary(length * 8)
  const args = [context.address(value), width, channels, out, grain]
  await context.device.dispatch({ kernel: 'moments', args, rows: height, grain })
  const records = context.float64(out, length)
  return Array.from({ length: channels }, (_, c): ChannelStatistics => {
    let [min, max, sum, squares, nan, infinite] = [Infinity, -Infinity, 0, 0, 0, 0]
    for (let at = c * FIELDS; at < length; at += channels * FIELDS) {
      const [low = 0, high = 0, s = 0, q = 0, n = 0, i = 0] = records.subarray(at, at + FIELDS)
      min = Math.min(min, low)
      max = Math.max(max, high)
      sum += s
      squares += q
      nan += n
      infinite += i
    }
    const count = width * height - nan - infinite
    const none = { nan, infinite, histogram: [], range: [0, 1] } as const
    if (count === 0) return { ...none, min: null, max: null, mean: null, std: null }
    const mean = sum / count
    const std = Math.sqrt(Math.max(0, squares / count - mean * mean))
    return { ...none, min, max, mean, std }
  })
}

/** What the histograms of all channels span: one range for channels that mean the same, so that they can be compared. */
function histogramRanges(
  shape: StoredShape,
  channels: readonly ChannelStatistics[],
): readonly (readonly [number, number])[] {
  const nominal = channels.map((_, c) => (shape.kind === 'image' ? channelRange(shape, c) : undefined))
  const group = nominal.map((range) => range?.join())
  return channels.map((_, c) => {
    const same = channels.filter((_, k) => group[k] === group[c])
    const low = Math.min(nominal[c]?.[0] ?? Infinity, ...same.map(({ min }) => min ?? Infinity))
    const high = Math.max(nominal[c]?.[1] ?? -Infinity, ...same.map(({ max }) => max ?? -Infinity))
    if (low > high) return [0, 1]
    return low === high ? [low - 0.5, high + 0.5] : [low, high]
  })
}

/** Counts of all channels over one range. */
async function histogram(
  context: CpuContext,
  value: StoredValue,
  bins: number,
  range: readonly [number, number],
): Promise<readonly (readonly number[])[]> {
  const { width, height, channels } = layoutOf(value)
  const grain = grainOf(height)
  const groups = Math.ceil(height / grain)
  const out = context.temporary(groups * channels * bins * 4)
  const args = [context.address(value), width, channels, out, bins, ...range, grain]
  await context.device.dispatch({ kernel: 'histogram', args, rows: height, grain })
  const { buffer, byteOffset } = context.uint8(out, groups * channels * bins * 4)
  const partial = new Uint32Array(buffer, byteOffset, groups * channels * bins)
  return Array.from({ length: channels }, (_, c) => {
    const counts = new Array<number>(bins).fill(0)
    for (let group = 0; group < groups; group++)
      for (let bin = 0; bin < bins; bin++)
        counts[bin] = (counts[bin] ?? 0) + (partial[(group * channels + c) * bins + bin] ?? 0)
    return counts
  })
}

type Count = (bins: number, range: readonly [number, number]) => Promise<readonly (readonly number[])[]>

/** With a histogram of each channel, where they are asked for. Channels with the same range are counted together. */
async function withHistograms(
  value: StoredShape,
  channels: readonly ChannelStatistics[],
  { bins, range }: StatisticsParams,
  count: Count,
): Promise<readonly ChannelStatistics[]> {
  if (bins === undefined) return channels
  const ranges = range ? channels.map(() => range) : histogramRanges(value, channels)
  const counted = new Map<string, readonly (readonly number[])[]>()
  for (const one of ranges) if (!counted.has(one.join())) counted.set(one.join(), await count(bins, one))
  return channels.map((channel, c) => {
    const own = ranges[c] ?? [0, 1]
    return { ...channel, histogram: counted.get(own.join())?.[c] ?? [], range: own }
  })
}

function check(value: StoredShape, { bins, range }: StatisticsParams): void {
  if (value.kind !== 'image' && value.kind !== 'tensor') throw unsupported(label, describeShape(value), 'a picture')
  if (bins !== undefined) requireInteger(label, 'bins', bins, 2, 4096)
  if (range && !(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1]))
    throw unsupported(label, `a range from ${range[0]} to ${range[1]}`, 'a range that rises')
}

function* sitesOfChannel(shape: StoredShape | undefined, c: number) {
  if (!shape) return
  if (shape.kind === 'tensor') {
    const count = shape.shape.reduce((a, b) => a * b, 1)
    for (let x = 0; x < count; x++) yield pixel(0, x, 0)
  } else for (let y = 0; y < shape.height; y++) for (let x = 0; x < shape.width; x++) yield pixel(y, x, c)
}

function explain(at: At, inputs: readonly Readable[]) {
  const terms = [...sitesOfChannel(inputs[0]?.shape, at.c)].map((site) => termAt(inputs, site))
  const finite = terms.filter(({ value }) => Number.isFinite(value))
  const values = finite.map(({ value }) => value)
  if (values.length === 0) return functionOf([], 'no finite number', Number.NaN)
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  switch (at.output) {
    case 'min':
      return functionOf(
        terms,
        'the least',
        values.reduce((a, b) => Math.min(a, b), Infinity),
      )
    case 'max':
      return { combine: 'max', terms: finite } as const
    case 'std':
      return functionOf(
        terms,
        '√(mean of (value − mean)²)',
        Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
      )
    default:
      return sumOf(finite.map((term) => ({ ...term, weight: 1 / finite.length })))
  }
}

/**
 * Minimum, maximum, mean, standard deviation and histogram of each channel, over its finite numbers, with the count of NaN
 * and infinite ones.
 *
 * Image (H, W, C) float32 or tensor of any shape (one channel) in; one record for each channel, as plain numbers, out. Sums
 * are made in float64. `at.output` of explanations: min, max, mean or std; `at.c` is the channel.
 * @throws op.unsupported for a number of bins or a range that makes no histogram
 * @see numpy histogram, mean, std
 */
export const statistics = defineOp<readonly [StoredValue], StatisticsParams, readonly ChannelStatistics[]>({
  name: 'statistics',
  nonFinite: 'Counted and left out: numpy of v[numpy.isfinite(v)].',
  dtypes,
  async cpu(context, [given], params) {
    check(given, params)
    const value = await floats(context, given)
    const channels = await moments(context, value)
    return withHistograms(value, channels, params, (bins, range) => histogram(context, value, bins, range))
  },
  async gpu(context, [value], params) {
    check(value, params)
    const channels = await momentsOnGpu(context, value)
    return withHistograms(value, channels, params, (bins, range) => histogramOnGpu(context, value, bins, range))
  },
  whole: true,
  reach: (at, [shape]) => [...sitesOfChannel(shape, at.c)],
  terms: (at, inputs) => explain(at, inputs),
})
