/**
 * Version 4 of .spz compresses every attribute separately with Zstandard; Spark reads up to version 3, one gzip stream around
 * all of them. The numbers inside are the same, so one can be repacked as the other.
 */
import { scenePart } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { requestBytes } from '../state/engine.ts'
import { checkUnpacked } from './unpacked.ts'

/** Sizes in bytes. The header: magic, version, points, then SH degree, fractional bits, flags and streams as bytes, and the table's offset. */
const header = 32
const plainHeader = 16
const entry = 16
const magic = 0x5053474e

/** @param first of another stream. @param last nothing follows this part */
export type Inflate = (
  packed: Uint8Array,
  how: { readonly size: number; readonly first: boolean; readonly last: boolean },
) => Promise<{ readonly bytes: Uint8Array; readonly more: boolean }>

const byHost: Inflate = async (packed, how) => {
  const { result, tail } = await requestBytes('inflate', how, packed)
  return { bytes: tail, more: result.more }
}

const nothing = new Uint8Array()

/** Unpacks one stream into `into`, whose length it must have. Throws `scene.packing`. */
async function unpack(packed: Uint8Array, into: Uint8Array, inflate: Inflate): Promise<void> {
  let [from, at] = [0, 0]
  for (let part = packed.subarray(0, scenePart); ; part = packed.subarray(from, from + scenePart)) {
    const first = from === 0
    from += part.length
    const last = from >= packed.length
    for (let now = part, begin = first; ; now = nothing, begin = false) {
      const { bytes, more } = await inflate(now, { size: into.length, first: begin, last })
      if (at + bytes.length > into.length)
        throw new SightlineError('scene.packing', { message: `more than ${into.length} bytes` })
      into.set(bytes, at)
      at += bytes.length
      if (!more) break
    }
    if (last) break
  }
  if (at !== into.length)
    throw new SightlineError('scene.packing', { message: `${at} bytes instead of ${into.length}` })
}

const gzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  )

/** The same scene in the form Spark reads; other files unchanged. Throws `scene.*`. */
export async function plainSpz(bytes: Uint8Array, name: string, inflate: Inflate = byHost): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 2 && view.getUint16(0) === 0x1f8b) await checkGzip(bytes, name)
  if (bytes.length < header || view.getUint32(0, true) !== magic || view.getUint32(4, true) !== 4) return bytes
  const points = view.getUint32(8, true)
  const streams = view.getUint8(15)
  const table = view.getUint32(16, true)
  const truncated = (wanted: number): never => {
    throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted })
  }
  let from = table + streams * entry
  if (from > bytes.length) truncated(from)
  const sizes = Array.from({ length: streams }, (_, i) => ({
    packed: Number(view.getBigUint64(table + i * entry, true)),
    size: Number(view.getBigUint64(table + i * entry + 8, true)),
  }))
  const end = sizes.reduce((sum, { packed }) => sum + packed, from)
  if (end > bytes.length) truncated(end)
  const unpacked = sizes.reduce((sum, { size }) => sum + size, plainHeader)
  checkUnpacked(unpacked, bytes.length, name)
  const plain = new Uint8Array(unpacked)
  const head = new DataView(plain.buffer)
  head.setUint32(0, magic, true)
  head.setUint32(4, 3, true)
  head.setUint32(8, points, true)
  // SH degree, fractional bits, flags.
  plain.set(bytes.subarray(12, 15), 12)
  let at = plainHeader
  for (const { packed, size } of sizes) {
    await unpack(bytes.subarray(from, from + packed), plain.subarray(at, at + size), inflate)
    from += packed
    at += size
  }
  return gzip(plain)
}

/** The first bytes of a gzip stream. Throws if it is damaged. */
async function beginning(bytes: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> {
  const reader = new Blob([bytes.subarray(0, 65_536)]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const { value } = await reader.read()
  // The rest is cut off, which is no fault of the file.
  reader.cancel().catch(() => undefined)
  return (value ?? nothing).subarray(0, length)
}

/** Bytes of one splat in versions 1 to 3: position, opacity, colour, scale, rotation, and of each degree of harmonics. */
const splatBytes = (version: number, degree: number): number =>
  (version === 1 ? 6 : 9) + 1 + 3 + 3 + (version === 3 ? 4 : 3) + 3 * ((degree + 1) ** 2 - 1)

/** Versions 1 to 3, which Spark unpacks: what their header and their stream promise. A file that cannot be read is left to Spark to refuse. */
async function checkGzip(bytes: Uint8Array, name: string): Promise<void> {
  const head = await beginning(bytes as Uint8Array<ArrayBuffer>, plainHeader).catch(() => nothing)
  if (head.length < plainHeader) return
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (view.getUint32(0, true) !== magic) return
  const splats = view.getUint32(8, true)
  const promised = plainHeader + splats * splatBytes(view.getUint32(4, true), view.getUint8(12))
  // The stream's own word for its length, in its last four bytes: RFC 1952, ISIZE.
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true)
  checkUnpacked(Math.max(promised, said), bytes.length, name)
}
