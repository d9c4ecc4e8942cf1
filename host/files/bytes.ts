/** The content of files that a node reads by itself. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileRef } from './decode.ts'
import { withFile } from './open.ts'

const unpack = promisify(gunzip)

/**
 * All bytes of a file; one that is packed by gzip is unpacked.
 * @param most bytes, packed and unpacked
 * @throws `file.too-many-bytes`, `file.packed`, and other `file.*`
 */
export const readBytes = ({ real, shown }: FileRef, most: number): Promise<Uint8Array<ArrayBuffer>> =>
  withFile(real, shown, async (handle, size) => {
    const tooMany = (given: string) =>
      new SightlineError('file.too-many-bytes', { path: shown, given, most: Math.round(most / 1e6) })
    if (size > most) throw tooMany(`${(size / 1e6).toFixed(0)} MB`)
    const content = await handle.readFile()
    if (content[0] !== 0x1f || content[1] !== 0x8b) return new Uint8Array(content)
    try {
      return new Uint8Array(await unpack(content, { maxOutputLength: most }))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMany('more, when it is unpacked')
      throw new SightlineError('file.packed', { path: shown }, error)
    }
  })
