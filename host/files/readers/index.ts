/** The readers by format, and the threads in which they make pixels. */
import type { FileHandle } from 'node:fs/promises'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { Picture, PictureInfo } from '../../../engine/types/services.ts'
import type { Work } from '../../../engine/types/work.ts'
import { createWorkPool, type HostWorkPool } from '../../work/pool.ts'
import { bmpHeader, headBytes } from './bmp.ts'
import { bmpWork } from './bmp.work.ts'
import { longestHeader as exrBytes, exrHeader } from './exr.ts'
import { exrWork } from './exr.work.ts'
import { longestHeader as radianceBytes, radianceHeader } from './radiance.ts'
import { radianceWork } from './radiance.work.ts'
import { NotRead } from './reader.ts'

interface Reader {
  /** How many of the first bytes hold the header. */
  readonly head: number
  /** Throws `NotRead`, or any other error for a damaged file. */
  readonly info: (head: Uint8Array) => PictureInfo
  /** The numbers of the whole file, as `info` announces them. */
  readonly work: Work<Uint8Array, Picture['data']>
}

export const readers = {
  bmp: { head: headBytes, info: bmpHeader, work: bmpWork },
  exr: { head: exrBytes, info: exrHeader, work: exrWork },
  hdr: { head: radianceBytes, info: radianceHeader, work: radianceWork },
} satisfies Record<string, Reader>

export type OwnFormat = keyof typeof readers

export const isOwn = (format: string): format is OwnFormat => Object.hasOwn(readers, format)

/** No picture takes so long, in ms; a damaged one must not keep its thread for ever. */
const longest = 120_000
/** No larger file is read at once. */
const largestFile = 2 ** 31 - 1

let pool: HostWorkPool | undefined
const threads = (): HostWorkPool => {
  pool ??= createWorkPool({ threads: 2, lists: [new URL('./works.ts', import.meta.url)] })
  return pool
}

/** Throws `NotRead`, or any other error for a damaged file. */
export async function ownInfo(format: OwnFormat, handle: FileHandle): Promise<PictureInfo> {
  const { head, info } = readers[format]
  const { buffer, bytesRead } = await handle.read(new Uint8Array(head), 0, head, 0)
  const { width, height, channels, depth, note } = info(buffer.subarray(0, bytesRead))
  return { width, height, channels, depth, ...(note !== undefined && { note }) }
}

/** Throws `NotRead`, or any other error for a damaged file. */
export async function ownPixels(
  format: OwnFormat,
  handle: FileHandle,
  size: number,
  { width, height, channels }: PictureInfo,
  signal: AbortSignal,
): Promise<Picture['data']> {
  if (size > largestFile) throw new NotRead('more than 2 GB')
  const bytes = Uint8Array.from(await handle.readFile())
  const late = AbortSignal.timeout(longest)
  try {
    const work: Work<Uint8Array, Picture['data']> = readers[format].work
    const data = await threads().run(work, bytes, { signal: AbortSignal.any([signal, late]), transfer: [bytes.buffer] })
    if (data.length !== width * height * channels) throw new Error('header and pixels differ')
    return data
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) throw new Error('it takes too long to read')
    if (error instanceof SightlineError && error.code === 'work.failed')
      throw new Error(String(error.params.message).replace(/^THREE\.\w+: /, ''))
    if (error instanceof SightlineError && error.code === 'work.ended')
      throw new Error(`its reader ended (${String(error.params.how)})`)
    throw error
  }
}
