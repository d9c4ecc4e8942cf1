/** Points from a .laz, unpacked chunk by chunk with laz-perf's WebAssembly: in its memory is never more than a chunk. */
import { megabytes, mostUnpacked } from '../../../engine/protocol/scene.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { checkRoom, damaged } from './form.ts'
import { type LasHead, lasPoints } from './las-points.ts'
import { lazChunks } from './laz-chunks.ts'

/** What is used of laz-perf. Its numbers are addresses in its memory. */
interface Unpacker {
  readonly HEAPU8: Uint8Array
  readonly ChunkDecoder: new () => {
    open(format: number, width: number, chunk: number): void
    getPoint(point: number): void
    delete(): void
  }
  _malloc(bytes: number): number
  _free(address: number): void
}

const faults = ['uncaughtException', 'unhandledRejection'] as const

/** A new one for each file: after an error it is in no state to go on. */
async function createUnpacker(): Promise<Unpacker> {
  const { create } = (await import('laz-perf')) as unknown as { create(options: object): Promise<Unpacker> }
  // It listens for the process's faults, only to throw them again.
  const before = new Set(faults.flatMap((event) => process.listeners(event as 'uncaughtException')))
  const silent = (): void => undefined
  const made = create({ print: silent, printErr: silent })
  for (const event of faults)
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before.has(listener)) process.off(event, listener)
  return made
}

/**
 * Unpacks a file's points in their order.
 * @param put takes point `i`, which lies as in a .las at a place in some memory until `put` returns
 * @throws `scene.*`
 */
export async function unpackLaz(
  bytes: Uint8Array,
  head: LasHead,
  name: string,
  put: (i: number, view: DataView, at: number) => void,
): Promise<void> {
  const { format, width } = head
  const chunks = lazChunks(bytes, head, name)
  const unpacker = await createUnpacker()
  try {
    const point = addressOf(unpacker, width)
    let view = new DataView(unpacker.HEAPU8.buffer)
    let done = 0
    for (const { from, to, points } of chunks) {
      const chunk = addressOf(unpacker, to - from)
      unpacker.HEAPU8.set(bytes.subarray(from, to), chunk)
      const decoder = new unpacker.ChunkDecoder()
      decoder.open(format, width, chunk)
      for (let i = 0; i < points; i++) {
        decoder.getPoint(point)
        // Its memory grows as models are made.
        if (view.buffer !== unpacker.HEAPU8.buffer) view = new DataView(unpacker.HEAPU8.buffer)
        put(done++, view, point)
      }
      decoder.delete()
      unpacker._free(chunk)
    }
  } catch (error) {
    // It throws texts about itself, and traps of WebAssembly.
    throw damaged(name, 'its points do not unpack', error)
  }
}

/** Throws `scene.*`. */
export async function readLaz(bytes: Uint8Array, head: LasHead, name: string): Promise<SplatScene> {
  checkRoom(head.count, 0, name)
  const [given, limit] = [head.count * head.width, mostUnpacked(bytes.length)]
  if (given > limit)
    throw new SightlineError('scene.too-packed', {
      ...{ name, given: megabytes(given), limit: megabytes(limit), packed: megabytes(bytes.length) },
    })
  const points = lasPoints(head)
  await unpackLaz(bytes, head, name, points.put)
  return points.scene(name)
}

function addressOf(unpacker: Unpacker, bytes: number): number {
  const address = unpacker._malloc(bytes)
  if (address === 0) throw new RangeError(`no memory for ${bytes} bytes`)
  return address
}
