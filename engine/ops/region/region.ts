/** A part of a picture at another resolution: the tables for the kernels beside this file, and the calls. */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { CpuContext, GpuContext } from '../op.ts'
import type { Weighted } from '../resize/axis.ts'

/** For each place of the result the places of the source that make it, neighbours in rising order. */
export type Axis = readonly (readonly Weighted[])[]

/** Axes made last, by what they were asked for: all previews of a run read their pictures alike. */
const recent = new Map<string, Axis>()
const mostRecent = 16

function remembered(key: string, make: () => Axis): Axis {
  const axis = recent.get(key) ?? make()
  recent.delete(key)
  recent.set(key, axis)
  if (recent.size > mostRecent) recent.delete(recent.keys().next().value ?? '')
  return axis
}

/**
 * Averages of `size` equal cells between `from` and `from + length`. A cell that covers more than twice `most` places takes
 * `most`, evenly spread.
 */
export const areaAxis = (from: number, length: number, size: number, places: number, most = Infinity): Axis =>
  remembered(`${from} ${length} ${size} ${places} ${most}`, () => averages(from, length, size, places, most))

function averages(from: number, length: number, size: number, places: number, most: number): Axis {
  return Array.from({ length: size }, (_, i) => {
    const start = from + (i * length) / size
    const end = from + ((i + 1) * length) / size
    const first = Math.max(0, Math.floor(start + 1e-6))
    const last = Math.max(first, Math.min(places, Math.ceil(end - 1e-6)) - 1)
    const count = last - first + 1
    if (count > 2 * most)
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
  /** Of bytes that stand for v / 255, not of floats. */
  readonly eightBit?: boolean
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

/** An axis as the kernels read it. */
interface Tables {
  /** Of each cell: its first place, how many, and where their weights begin. */
  readonly cells: Int32Array<ArrayBuffer>
  /** Of each cell: how many, and where they begin. */
  readonly spans: Int32Array<ArrayBuffer>
  /** Where the places of each cell begin and where the last ones end, then all places. */
  readonly places: Uint32Array<ArrayBuffer>
  readonly weights: Float32Array<ArrayBuffer>
  /** The most places of a cell. */
  readonly most: number
  /** All places are in [from, to). One that falls on a pixel reads no neighbours, so this need not be where the first begins. */
  readonly from: number
  readonly to: number
}

const made = new WeakMap<Axis, Tables>()

function tablesOf(axis: Axis): Tables {
  const known = made.get(axis)
  if (known) return known
  const count = axis.reduce((sum, { length }) => sum + length, 0)
  const [cells, spans] = [new Int32Array(axis.length * 3), new Int32Array(axis.length * 2)]
  const starts = axis.length + 1
  const [places, weights] = [new Uint32Array(starts + count), new Float32Array(count)]
  let begin = 0
  let most = 0
  let [from, to] = [Infinity, 0]
  for (const [i, cell] of axis.entries()) {
    cells.set([cell[0]?.at ?? 0, cell.length, begin], i * 3)
    spans.set([cell.length, begin], i * 2)
    for (const { at, weight } of cell) {
      places[starts + begin] = at
      weights[begin++] = weight
    }
    places[i + 1] = begin
    most = Math.max(most, cell.length)
    from = Math.min(from, cell[0]?.at ?? from)
    to = Math.max(to, (cell.at(-1)?.at ?? 0) + 1)
  }
  const tables = { cells, spans, places, weights, most, from, to }
  made.set(axis, tables)
  return tables
}

/** Writes `columns.length` × `rows.length` pixels. */
export async function sampleRegion(
  context: CpuContext,
  source: RegionSource,
  target: RegionTarget,
  columns: Axis,
  rows: Axis,
): Promise<void> {
  const [across, down] = [tablesOf(columns), tablesOf(rows)]
  const { most } = down
  const { address, eightBit, width, channels, first, count } = source
  await context.device.dispatch({
    kernel: eightBit ? 'regionOfBytes' : 'region',
    args: [
      ...[address, width, channels, first, count, target.address, columns.length, target.channels],
      ...[context.upload(across.cells), context.upload(across.weights), across.from, across.to],
      ...[
        context.upload(down.spans),
        context.upload(down.places.subarray(rows.length + 1)),
        context.upload(down.weights),
        most,
      ],
    ],
    rows: rows.length,
    scratch: 4 * most + 4 * width * channels * (eightBit ? 1 + most : 1) + 256,
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
  const [across, down] = [tablesOf(columns), tablesOf(rows)]
  const [width, height] = [columns.length, rows.length]
  await context.dispatch({
    kernel: 'region/region',
    params: [base, pixel, row, width, height, count, channels, start],
    buffers: [
      block,
      await context.upload(across.places),
      await context.upload(across.weights),
      await context.upload(down.places),
      await context.upload(down.weights),
      out,
    ],
    groups: [cover(width * count, 64), cover(height, 4)],
  })
}
