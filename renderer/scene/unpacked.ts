/** One budget for everything that a scene's file unpacks to, checked before any of it is unpacked. */
import { megabytes, mostUnpacked } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'

/** @param given all its streams together, in bytes. Throws `scene.too-packed`. */
export function checkUnpacked(given: number, packed: number, name: string): void {
  const limit = mostUnpacked(packed)
  if (given <= limit) return
  const params = { name, given: megabytes(given), limit: megabytes(limit), packed: megabytes(packed) }
  throw new SightlineError('scene.too-packed', params)
}

/** Bytes of a zip's entry in its directory before the name, and where they are. ZIP, APPNOTE 4.3.12. */
const entry = 46
const [unpackedAt, nameAt, extraAt, commentAt] = [24, 28, 30, 32]
/** An entry of this size has its true one in an extra field (zip64). */
const elsewhere = 0xffff_ffff

/**
 * What the directory of a zip says that its entries unpack to.
 * @param end where the record of its end begins
 */
export function zipPromise(bytes: Uint8Array, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = view.getUint32(end + 16, true)
  let total = 0
  for (let left = view.getUint16(end + 10, true); left > 0 && at + entry <= bytes.length; left--) {
    const size = view.getUint32(at + unpackedAt, true)
    total += size === elsewhere ? Number.POSITIVE_INFINITY : size
    at += entry + [nameAt, extraAt, commentAt].reduce((sum, place) => sum + view.getUint16(at + place, true), 0)
  }
  return total
}
