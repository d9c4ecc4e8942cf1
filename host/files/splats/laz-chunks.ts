/**
 * Where the chunks of a .laz lie: its LASzip record says how points are packed, and a table at the end how many bytes each chunk
 * has. All counts are checked against the file before anything is unpacked.
 * @see M. Isenburg, LASzip: lossless compression of LiDAR data, PE&RS 79(2), 2013; the LASzip specification (LAZ 1.4)
 */
import { SightlineError } from '../../../engine/types/problem.ts'
import { createArithmetic } from './arithmetic.ts'
import { damaged, truncated } from './form.ts'
import type { LasHead } from './las-points.ts'

export interface LazChunk {
  /** In the file, in bytes. */
  readonly from: number
  readonly to: number
  readonly points: number
}

/** Kinds of compressor: one stream a chunk, or one a field. */
const [inOneStream, inLayers] = [2, 3] as const
/** Instead of a number of points: each chunk has its own. */
const ownSizes = 0xffff_ffff
const recordHead = 54

/** Items by their kind: the format's version that is read, how many bytes (absent: any), and how many layers (absent: one a byte). */
const items: Readonly<Record<number, { readonly version: number; readonly bytes?: number; readonly layers?: number }>> =
  {
    0: { version: 2 },
    6: { version: 2, bytes: 20 },
    7: { version: 2, bytes: 8 },
    8: { version: 2, bytes: 6 },
    10: { version: 3, bytes: 30, layers: 9 },
    11: { version: 3, bytes: 6, layers: 1 },
    12: { version: 3, bytes: 8, layers: 2 },
    14: { version: 3 },
  }
/** The kinds of items of each point format, without bytes of the user's own at the end. */
const itemsOf: Readonly<Record<number, readonly number[]>> = {
  0: [6],
  1: [6, 7],
  2: [6, 8],
  3: [6, 7, 8],
  6: [10],
  7: [10, 11],
  8: [10, 12],
}

const unread = (name: string, given: string): SightlineError => new SightlineError('scene.laz', { name, given })

interface Packing {
  /** Points of a chunk; undefined: the table says it of each. */
  readonly size: number | undefined
  /** Streams of a chunk in layers; 0: it has one stream. */
  readonly layers: number
}

/** The LASzip record among the file's records. */
function findRecord(bytes: Uint8Array, head: LasHead, name: string): DataView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = head.records.at
  for (let i = 0; i < head.records.count && at + recordHead <= head.start; i++) {
    const [from, length] = [at + recordHead, view.getUint16(at + 20, true)]
    const user = new TextDecoder('latin1').decode(bytes.subarray(at + 2, at + 18)).replace(/\0.*$/s, '')
    if (user === 'laszip encoded' && view.getUint16(at + 18, true) === 22204) {
      if (from + length > head.start || length < 34) break
      return new DataView(bytes.buffer, bytes.byteOffset + from, length)
    }
    at = from + length
  }
  throw damaged(name, 'it is packed as LAZ, but no record says how')
}

function packingOf(bytes: Uint8Array, head: LasHead, name: string): Packing {
  const record = findRecord(bytes, head, name)
  const [kind, coder, size, count] = [0, 2, 12, 32].map((at) =>
    at === 12 ? record.getUint32(at, true) : record.getUint16(at, true),
  ) as [number, number, number, number]
  const wanted = itemsOf[head.format]
  if (!wanted) throw unread(name, `points of format ${head.format}, with waveforms`)
  if (kind !== (head.format < 6 ? inOneStream : inLayers) || coder !== 0) throw unread(name, `compressor ${kind}`)
  if (record.byteLength < 34 + 6 * count) throw damaged(name, `${count} items in its LASzip record`)
  let [layers, width] = [0, 0]
  const kinds: number[] = []
  for (let i = 0; i < count; i++) {
    const [item, length, version] = [0, 2, 4].map((at) => record.getUint16(34 + 6 * i + at, true)) as [
      number,
      number,
      number,
    ]
    const known = items[item]
    if (known?.version !== version) throw unread(name, `item ${item} in version ${version}`)
    if (length !== (known.bytes ?? length)) throw damaged(name, `${length} bytes for item ${item}`)
    kinds.push(item)
    width += length
    layers += known.layers ?? length
  }
  const own = head.format < 6 ? 0 : 14
  const expected = kinds.at(wanted.length) === own ? [...wanted, own] : wanted
  if (kinds.join() !== expected.join() || width !== head.width)
    throw damaged(name, `items ${kinds.join(', ')} of ${width} bytes for points of format ${head.format}`)
  if (size === 0) throw damaged(name, 'chunks of 0 points')
  return { size: size === ownSizes ? undefined : size, layers: kind === inLayers ? layers : 0 }
}

/** A place in the file, of 64 bits. */
const placeAt = (view: DataView, at: number): number => Number(view.getBigInt64(at, true))

/** Where the table begins. A writer that could not go back wrote it as the file's last number. */
function tableAt(view: DataView, { start }: LasHead, name: string): number {
  const size = view.byteLength
  if (size < start + 16) throw truncated(name, size, start + 16)
  const first = placeAt(view, start)
  const at = first === -1 ? placeAt(view, size - 8) : first
  if (at < start + 8) throw damaged(name, `a chunk table at byte ${at}`)
  if (at + 8 > size) throw truncated(name, size, at + 8)
  return at
}

/** A chunk in layers says again how many points it has, and how long each layer is. */
function checkLayers(view: DataView, { from, to, points }: LazChunk, width: number, layers: number, name: string) {
  const lengths = from + width + 4
  let end = lengths + 4 * layers
  if (end > to) throw damaged(name, `a chunk of ${to - from} bytes`)
  const given = view.getUint32(from + width, true)
  if (given !== points) throw damaged(name, `a chunk of ${given} points where its table has ${points}`)
  for (let i = 0; i < layers; i++) end += view.getUint32(lengths + 4 * i, true)
  if (end > to) throw damaged(name, `layers of ${end - from} bytes in a chunk of ${to - from}`)
}

/** The chunks of a file, one after the other; together they have the points of its header. Throws `scene.*`. */
export function lazChunks(bytes: Uint8Array, head: LasHead, name: string): readonly LazChunk[] {
  const { size, layers } = packingOf(bytes, head, name)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const table = tableAt(view, head, name)
  const [version, count] = [view.getUint32(table, true), view.getUint32(table + 4, true)]
  if (version !== 0) throw unread(name, `a chunk table of version ${version}`)
  let [from, points] = [head.start + 8, 0]
  // Each has at least a point, and the first is not packed.
  if (count > head.count || count * head.width > table - from)
    throw damaged(name, `${count} chunks in ${table - from} bytes, of ${head.count} points`)
  if (size !== undefined && count !== Math.ceil(head.count / size))
    throw damaged(name, `${head.count} points in ${count} chunks of ${size}`)
  const arithmetic = createArithmetic(bytes.subarray(table + 8), () => truncated(name, bytes.length))
  const numbers = arithmetic.integers(2)
  const chunks: LazChunk[] = []
  let last = { points: 0, bytes: 0 }
  for (let i = 0; i < count; i++) {
    const own = size === undefined ? numbers(last.points, 0) >>> 0 : Math.min(size, head.count - points)
    last = { points: own, bytes: numbers(last.bytes, 1) >>> 0 }
    const chunk = { from, to: from + last.bytes, points: own }
    if (chunk.to > table || last.bytes < head.width)
      throw damaged(name, `chunk ${i + 1} of ${last.bytes} bytes, of ${table - from} that are left`)
    if (layers > 0) checkLayers(view, chunk, head.width, layers, name)
    chunks.push(chunk)
    from = chunk.to
    points += own
  }
  if (points !== head.count) throw damaged(name, `${points} points in its chunks, and ${head.count} in its header`)
  return chunks
}
