/** One frame: u32 little-endian length of the head, the head (JSON, UTF-8), zeros to a multiple of 8, the tail. */
import { parseMessage } from '../graph/json.ts'
import { SightlineError } from '../types/problem.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const aligned = (n: number): number => (n + 7) & ~7

/** The largest head, either way: a document (`jsonLimits`) and what is said of it. */
export const maxHead = 20 * 1024 * 1024

/** Throws `protocol.too-large` for a head that the other end would refuse. */
export function encodeFrame(head: unknown, tails: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(head))
  if (json.length > maxHead)
    throw new SightlineError('protocol.too-large', {
      bytes: Math.ceil(json.length / 1e6),
      limit: Math.floor(maxHead / 1e6),
    })
  const start = aligned(4 + json.length)
  const frame = new Uint8Array(start + tails.reduce((sum, tail) => sum + tail.length, 0))
  new DataView(frame.buffer).setUint32(0, json.length, true)
  frame.set(json, 4)
  let at = start
  for (const tail of tails) {
    frame.set(tail, at)
    at += tail.length
  }
  return frame
}

/**
 * The head, not yet validated, and the tail as a view into `frame`. Throws `protocol.bad-message`.
 * @param untrusted a head with more values than any document has is refused before it is parsed
 */
export function decodeFrame(frame: Uint8Array, untrusted = false): { head: unknown; tail: Uint8Array } {
  const fail = (message: string): never => {
    throw new SightlineError('protocol.bad-message', { message })
  }
  if (frame.length < 4) fail('a frame has at least 4 bytes')
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true)
  if (length > maxHead || 4 + length > frame.length) fail('the head is longer than the frame')
  try {
    const text = decoder.decode(frame.subarray(4, 4 + length))
    const head: unknown = untrusted ? parseMessage(text) : JSON.parse(text)
    return { head, tail: frame.subarray(Math.min(aligned(4 + length), frame.length)) }
  } catch (error) {
    return fail(error instanceof SightlineError ? 'the head has too many values' : 'the head is not JSON')
  }
}
