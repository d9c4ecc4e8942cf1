/** A part of a picture at another resolution: the tables for the kernels beside this file, and the calls. */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { CpuContext, GpuContext } from '../op.ts'
import type { Weighted } from '../resize/axis.ts'

/** For each place of the result the places of the source that make it, neighbours in rising order. */
export type Axis = readonly (readonly Weighted[])[]

/**
 * Averages of `size` equal cells between `from` and `from + length`. A cell that covers more than `most` places takes that
 * many, evenly spread.
 */
export function areaAxis(from: number, length: number, size: number, places: number, most = Infinity): Axis {
  return Array.from({ length: size }, (_, i) => {
    const start = from + (i * length) / size
    const end = from + ((i + 1) * length) / size
    const first = Math.max(0, Math.floor(start + 1e-6))
    const last = Math.max(first, Math.min(places, Math.ceil(end - 1e-6)) - 1)
    const count = last - first + 1
    if (count > most)
      return Array.from({ length: most }, (_, k) => ({
        at: Math.min(places - 1, Math.floor(start + ((k + 0.5) * (end - start)) / most)),
        weight: 1 / most,
      }))
    const overlaps = Array.from({ length: count }, (_, k) => {
      return Math.max(0, Math.min(end, first + k + 1) - Math.max(start, first + k))
    })
    const sum = overlaps.reduce((a, b) => a + b, 0)
    // A place of weight 0 is not read: it may be NaN.
    return overlaps
      .map((overlap, k) => ({ at: first + k, weight: sum > 0 ? overlap / sum : 1 / count }))
      .filter(({ weight }) => weight > 0)
  })
}

/** The place in the middle of each of `size` equal cells. */
export const pointAxis = (from: number, length: number, size: number, places: number): Axis =>
  Array.from({ length: size }, (_, i) => {
    const at = Math.floor(from + ((i + 0.5) * length) / size)
    return [{ at: Math.min(Math.max(at, 0), places - 1), weight: 1 }]
  })

/** What is read: `count` channels from `first` on of a picture at `address`. */
export interface RegionSource {
  readonly address: number
  readonly width: number
  readonly channels: number
  readonly first: number
  readonly count: number
}

/** Where it is written: pixels of `channels` numbers. */
export interface RegionTarget {
  readonly address: number
  readonly channels: number
}

/** Writes `columns.length` × `rows.length` pixels. */
export async function sampleRegion(
  context: CpuContext,
  source: RegionSource,
  target: RegionTarget,
  columns: Axis,
  rows: Axis,
): Promise<void> {
  const across = new Int32Array(columns.length * 3)
  const down = new Int32Array(rows.length * 2)
  let begin = 0
  for (const [x, places] of columns.entries()) {
    across.set([places[0]?.at ?? 0, places.length, begin], x * 3)
    begin += places.length
  }
  begin = 0
  for (const [y, places] of rows.entries()) {
    down.set([places.length, begin], y * 2)
    begin += places.length
  }
  const weights = (axis: Axis) => context.upload(Float32Array.from(axis.flat(), ({ weight }) => weight))
  const most = Math.max(...rows.map(({ length }) => length))
  const rowAt = context.upload(Uint32Array.from(rows.flat(), ({ at }) => at))
  const { address, width, channels, first, count } = source
  await context.device.dispatch({
    kernel: 'region',
    args: [
      ...[address, width, channels, first, count, target.address, columns.length, target.channels],
      ...[context.upload(across), weights(columns), context.upload(down), rowAt, weights(rows), most],
    ],
    rows: rows.length,
    scratch: 4 * most + 4 * width * channels + 256,
  })
}

/** What is read on the GPU: `count` numbers of each pixel. All in numbers. */
export interface GpuRegionSource {
  readonly block: Block
  /** Where the first of them is. */
  readonly base: number
  /** From pixel to pixel, and from row to row. */
  readonly pixel: number
  readonly row: number
  readonly count: number
}

/** Where it is written: from number `start` on, pixels `channels` apart. */
export interface GpuRegionTarget {
  readonly block: Block
  readonly start: number
  readonly channels: number
}

/** As `sampleRegion`. */
export async function sampleRegionOnGpu(
  context: GpuContext,
  { block, base, pixel, row, count }: GpuRegionSource,
  { block: out, start, channels }: GpuRegionTarget,
  columns: Axis,
  rows: Axis,
): Promise<void> {
  const places = async (axis: Axis) => {
    const starts = [0]
    for (const { length } of axis) starts.push((starts.at(-1) ?? 0) + length)
    return context.upload(Uint32Array.from([...starts, ...axis.flat().map(({ at }) => at)]))
  }
  const weights = (axis: Axis) => context.upload(axis.flat().map(({ weight }) => weight))
  const [width, height] = [columns.length, rows.length]
  await context.dispatch({
    kernel: 'region/region',
    params: [base, pixel, row, width, height, count, channels, start],
    buffers: [block, await places(columns), await weights(columns), await places(rows), await weights(rows), out],
    groups: [cover(width * count, 64), cover(height, 4)],
  })
}
