/**
 * Puts encoded frames into a WebM file: one track, in clusters that begin with a whole picture.
 * @see https://www.rfc-editor.org/rfc/rfc8794 (EBML), https://www.rfc-editor.org/rfc/rfc9559 (Matroska)
 */

export interface EncodedFrame {
  readonly data: Uint8Array
  /** In ms. */
  readonly time: number
  /** A whole picture. */
  readonly key: boolean
}

export interface Track {
  readonly width: number
  readonly height: number
  readonly codec: 'V_VP8' | 'V_VP9'
  /** In ms. */
  readonly duration: number
}

const ids = {
  ebml: 0x1a45dfa3,
  version: 0x4286,
  readVersion: 0x42f7,
  idLength: 0x42f2,
  sizeLength: 0x42f3,
  docType: 0x4282,
  docVersion: 0x4287,
  docReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxer: 0x4d80,
  writer: 0x5741,
  tracks: 0x1654ae6b,
  entry: 0xae,
  number: 0xd7,
  uid: 0x73c5,
  lacing: 0x9c,
  type: 0x83,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  block: 0xa3,
} as const

type Bytes = readonly Uint8Array[]
const size = (bytes: Bytes): number => bytes.reduce((sum, { length }) => sum + length, 0)

/** Big-endian, in as few bytes as it takes. */
function integer(value: number): Uint8Array {
  const bytes: number[] = []
  for (let v = value; v > 0 || bytes.length === 0; v = Math.floor(v / 256)) bytes.unshift(v % 256)
  return Uint8Array.from(bytes)
}

/** The size of an element in eight bytes, the first of which is 1. */
function length(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value) | (1n << 56n))
  return bytes
}

const element = (id: number, content: Bytes): Bytes => [integer(id), length(size(content)), ...content]
const number = (id: number, value: number): Bytes => element(id, [integer(value)])
const text = (id: number, value: string): Bytes => element(id, [new TextEncoder().encode(value)])
function float(id: number, value: number): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return element(id, [bytes])
}

const head = (): Bytes =>
  element(ids.ebml, [
    ...number(ids.version, 1),
    ...number(ids.readVersion, 1),
    ...number(ids.idLength, 4),
    ...number(ids.sizeLength, 8),
    ...text(ids.docType, 'webm'),
    ...number(ids.docVersion, 4),
    ...number(ids.docReadVersion, 2),
  ])

function cluster(frames: readonly EncodedFrame[]): Bytes {
  const start = frames[0]?.time ?? 0
  const blocks = frames.flatMap(({ data, time, key }) => {
    const front = new Uint8Array(4)
    // Of track 1.
    front[0] = 0x81
    new DataView(front.buffer).setInt16(1, time - start)
    front[3] = key ? 0x80 : 0
    return element(ids.block, [front, data])
  })
  return element(ids.cluster, [...number(ids.timestamp, start), ...blocks])
}

/** A cluster is no longer than its blocks' times can say, in ms. */
const longest = 30_000

export function webmOf(frames: readonly EncodedFrame[], track: Track): Uint8Array<ArrayBuffer> {
  const groups: EncodedFrame[][] = []
  for (const frame of frames) {
    const last = groups.at(-1)
    if (!last || frame.key || frame.time - (last[0]?.time ?? 0) > longest) groups.push([frame])
    else last.push(frame)
  }
  const info = element(ids.info, [
    // A unit of time is a ms.
    ...number(ids.timestampScale, 1_000_000),
    ...float(ids.duration, track.duration),
    ...text(ids.muxer, 'Sightline'),
    ...text(ids.writer, 'Sightline'),
  ])
  const tracks = element(
    ids.tracks,
    element(ids.entry, [
      ...number(ids.number, 1),
      ...number(ids.uid, 1),
      ...number(ids.lacing, 0),
      ...number(ids.type, 1),
      ...text(ids.codec, track.codec),
      ...element(ids.video, [...number(ids.width, track.width), ...number(ids.height, track.height)]),
    ]),
  )
  const parts = [...head(), ...element(ids.segment, [...info, ...tracks, ...groups.flatMap(cluster)])]
  const bytes = new Uint8Array(size(parts))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
