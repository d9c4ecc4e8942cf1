/** SHA-256 as `sha256sum` prints it. */
import { createHash } from 'node:crypto'
import { withFile } from '../files/open.ts'

export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/** The bytes of an array as they are in memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/**
 * @param shown the path as the user knows it
 * @throws what `withFile` throws
 */
export const hashFile = (real: string, shown: string, signal?: AbortSignal) =>
  withFile(real, shown, async (handle) => {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      bytes += chunk.length
      hash.update(chunk)
    }
    return { bytes, sha256: hash.digest('hex') }
  })
