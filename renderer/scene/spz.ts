/**
 * Version 4 of .spz compresses every attribute separately with Zstandard; Spark reads up to version 3, one gzip stream around
 * all of them. The numbers inside are the same, so one can be repacked as the other.
 */
import { SightlineError } from '../../engine/types/problem.ts'
import { requestBytes } from '../state/engine.ts'

/** Sizes in bytes. The header: magic, version, points, then SH degree, fractional bits, flags and streams as bytes, and the table's offset. */
const header = 32
const plainHeader = 16
const entry = 16
const magic = 0x5053474e

export type Inflate = (packed: Uint8Array, size: number) => Promise<Uint8Array>

const byHost: Inflate = async (packed, size) => (await requestBytes('inflate', { size }, packed)).tail

const gzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  )

/** The same scene in the form Spark reads; other files unchanged. Throws `scene.*`. */
export async function plainSpz(bytes: Uint8Array, name: string, inflate: Inflate = byHost): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < header || view.getUint32(0, true) !== magic || view.getUint32(4, true) !== 4) return bytes
  const points = view.getUint32(8, true)
  const streams = view.getUint8(15)
  const table = view.getUint32(16, true)
  const truncated = (wanted: number): never => {
    throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted })
  }
  let from = table + streams * entry
  if (from > bytes.length) truncated(from)
  const parts: Uint8Array[] = []
  for (let i = 0; i < streams; i++) {
    const packed = Number(view.getBigUint64(table + i * entry, true))
    const size = Number(view.getBigUint64(table + i * entry + 8, true))
    if (from + packed > bytes.length) truncated(from + packed)
    parts.push(await inflate(bytes.subarray(from, from + packed), size))
    from += packed
  }
  const plain = new Uint8Array(parts.reduce((sum, part) => sum + part.length, plainHeader))
  const head = new DataView(plain.buffer)
  head.setUint32(0, magic, true)
  head.setUint32(4, 3, true)
  head.setUint32(8, points, true)
  // SH degree, fractional bits, flags.
  plain.set(bytes.subarray(12, 15), 12)
  let at = plainHeader
  for (const part of parts) {
    plain.set(part, at)
    at += part.length
  }
  return gzip(plain)
}
