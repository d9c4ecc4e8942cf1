/** Statistics on the GPU: partial results of each workgroup, put together here in float64. */
import { cover, f32 } from '../../gpu/device.ts'
import type { GpuContext, StoredValue } from '../op.ts'
import { type ChannelStatistics, layoutOf } from './layout.ts'

/** Numbers of a workgroup's record. */
const FIELDS = 7
/** Workgroups of one channel, at most. */
const PARTS = 256

const partsFor = (count: number): number => Math.max(1, Math.min(PARTS, cover(count, 256 * 8)))

/** Everything but the histogram. */
export async function momentsOnGpu(context: GpuContext, value: StoredValue): Promise<ChannelStatistics[]> {
  const { width, height, channels } = layoutOf(value)
  const count = width * height
  const parts = partsFor(count)
  const out = await context.temporary(channels * parts * FIELDS * 4)
  await context.dispatch({
    kernel: 'reduce/moments',
    params: [count, channels, parts],
    buffers: [context.block(value), out],
    groups: [parts, channels],
  })
  const records = new Float32Array(await context.read(out))
  return Array.from({ length: channels }, (_, c): ChannelStatistics => {
    let [min, max, mean, squares, finite, nan, infinite] = [Infinity, -Infinity, 0, 0, 0, 0, 0]
    for (let part = 0; part < parts; part++) {
      const at = (c * parts + part) * FIELDS
      const [low = 0, high = 0, m = 0, q = 0, n = 0, broken = 0, endless = 0] = records.subarray(at, at + FIELDS)
      nan += broken
      infinite += endless
      if (n === 0) continue
      min = Math.min(min, low)
      max = Math.max(max, high)
      const apart = m - mean
      squares += q + (apart * apart * finite * n) / (finite + n)
      mean += (apart * n) / (finite + n)
      finite += n
    }
    const none = { nan, infinite, histogram: [], range: [0, 1] } as const
    if (finite === 0) return { ...none, min: null, max: null, mean: null, std: null }
    return { ...none, min, max, mean, std: Math.sqrt(squares / finite) }
  })
}

const view = new DataView(new ArrayBuffer(4))
/** The place of a float32 in the order of all of them, and back. */
function placeOf(value: number): number {
  view.setFloat32(0, value)
  const bits = view.getInt32(0)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}
function floatAt(place: number): number {
  view.setInt32(0, place < 0 ? -place | 0x80000000 : place)
  return view.getFloat32(0)
}

/** The least float32 of each bin, as the CPU's kernel sorts them with float64. Of the first: nothing is below it. */
export function edgesOf(bins: number, lo: number, hi: number): Float32Array<ArrayBuffer> {
  const scale = bins / (hi - lo)
  const binOf = (v: number): number => Math.trunc((v - lo) * scale)
  let before = placeOf(lo)
  return Float32Array.from({ length: bins }, (_, bin) => {
    if (bin === 0) return -Infinity
    // Found by halves: around 0 there are more of them than could be gone through.
    let [below, least] = [before, placeOf(hi)]
    while (least - below > 1) {
      const middle = Math.floor((below + least) / 2)
      if (binOf(floatAt(middle)) >= bin) least = middle
      else below = middle
    }
    before = below
    return floatAt(least)
  })
}

/** Counts of each channel over one range. */
export async function histogramOnGpu(
  context: GpuContext,
  value: StoredValue,
  bins: number,
  range: readonly [number, number],
): Promise<readonly (readonly number[])[]> {
  const { width, height, channels } = layoutOf(value)
  const count = width * height
  const parts = partsFor(count)
  const [lo, hi] = [Math.fround(range[0]), Math.fround(range[1])]
  const counts = await context.zeroed(channels * bins * 4)
  await context.dispatch({
    kernel: 'reduce/histogram',
    constants: { BINS: bins },
    params: [count, channels, parts, bins, f32(lo), f32(hi), f32(bins / (hi - lo))],
    buffers: [context.block(value), await context.upload(edgesOf(bins, lo, hi)), counts],
    groups: [parts, channels],
  })
  const all = new Uint32Array(await context.read(counts))
  return Array.from({ length: channels }, (_, c) => [...all.subarray(c * bins, (c + 1) * bins)])
}
