/** Files of splats: streams and pictures are unpacked here, within a budget; numbers are made in threads. */
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip, zstdDecompress } from 'node:zlib'
import {
  checkSceneSize,
  isSogList,
  largestScene,
  largestSogList,
  megabytes,
  mostUnpacked,
  sogFiles,
} from '../../../engine/protocol/scene.ts'
import { filesOfLevel, isLevelList, largestLevelList } from '../../../engine/protocol/sog-levels.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import {
  pointFormats,
  type SplatScene,
  splatFormats,
  type WrittenSplats,
  writtenSplats,
} from '../../../engine/types/services.ts'
import { boundsOf } from '../../../engine/values/splats.ts'
import { createWorkPool, type HostWorkPool } from '../../work/pool.ts'
import { writeAtomic } from '../atomic.ts'
import type { FileRef } from '../decode.ts'
import { withFile } from '../open.ts'
import { loadSharp } from '../sharp.ts'
import { fillSplats } from './fill.work.ts'
import { damaged, truncated } from './form.ts'
import { halveRows } from './halve.work.ts'
import { writeSogHarmonics } from './harmonics.work.ts'
import { readSplats } from './read.work.ts'
import { isPlainFormat, type Unpacked, type UnpackedSog } from './readers.ts'
import { readSogList, type SogPicture } from './sog.ts'
import { spzMagic } from './spz.ts'
import { writeSplats } from './write.work.ts'
import type { RawPicture, SogFiles, SogHarmonics } from './write-sog.ts'
import { makeZip, openZip } from './zip.ts'

let pool: HostWorkPool | undefined
/** Threads that read a scene's ranges; more would wait for the memory. */
const together = Math.min(4, availableParallelism())
const threads = (): HostWorkPool => {
  pool ??= createWorkPool({ threads: together, lists: [new URL('./works.ts', import.meta.url)] })
  return pool
}

/** No scene takes so long to read, in ms; a damaged one must not keep its thread for ever. */
const longest = 300_000

/** How a .spz of version 4 begins: header, and what a stream's entry in the table takes. */
const [headerOfFour, entryOfFour, plainHeader]: readonly [number, number, number] = [32, 16, 16]

function checkUnpacked(given: number, packed: number, name: string): void {
  const limit = mostUnpacked(packed)
  if (given <= limit) return
  const params = { name, given: megabytes(given), limit: megabytes(limit), packed: megabytes(packed) }
  throw new SightlineError('scene.too-packed', params)
}

/** Streams that a decompressor refuses are damaged, or cut off. */
async function unpacked(work: Promise<Buffer>, name: string): Promise<Buffer> {
  try {
    return await work
  } catch (error) {
    if (error instanceof SightlineError) throw error
    throw damaged(name, error instanceof Error ? error.message : '', error)
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** The streams of version 4, one after the other as in version 3. */
async function unpackFour(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [streams, table] = [view.getUint8(15), view.getUint32(16, true)]
  let from = table + streams * entryOfFour
  if (from > bytes.length) throw truncated(name, bytes.length, from)
  const sizes = Array.from({ length: streams }, (_, i) => ({
    packed: Number(view.getBigUint64(table + i * entryOfFour, true)),
    size: Number(view.getBigUint64(table + i * entryOfFour + 8, true)),
  }))
  const total = sizes.reduce<number>((sum, { size }) => sum + size, plainHeader)
  checkUnpacked(total, bytes.length, name)
  const plain = new Uint8Array(total)
  plain.set(bytes.subarray(0, 15))
  let at = plainHeader
  for (const { packed, size } of sizes) {
    if (from + packed > bytes.length) throw truncated(name, bytes.length, from + packed)
    if (size > 0) {
      const stream = zstdDecompress as unknown as typeof gunzip
      const part = bytes.subarray(from, from + packed)
      const numbers = await unpacked(promisify(stream)(part, { maxOutputLength: size }), name)
      if (numbers.length !== size) throw damaged(name, `${numbers.length} bytes instead of ${size}`)
      plain.set(numbers, at)
    }
    from += packed
    at += size
  }
  return plain
}

async function unpackSpz(bytes: Uint8Array, name: string): Promise<Unpacked> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= headerOfFour && view.getUint32(0, true) === spzMagic && view.getUint32(4, true) === 4)
    return { format: 'spz', bytes: await unpackFour(bytes, name) }
  if (bytes.length < 18 || view.getUint16(0) !== 0x1f8b)
    throw new SightlineError('scene.not-a-scene', {
      ...{ name, given: 'it does not begin as a .spz file does', known: 'spz' },
    })
  const most = mostUnpacked(bytes.length)
  const plain = promisify(gunzip)(bytes, { maxOutputLength: most }).catch((error: unknown) => {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') checkUnpacked(most + 1, bytes.length, name)
    if (codeOf(error) === 'Z_BUF_ERROR') throw truncated(name, bytes.length)
    throw error
  })
  return { format: 'spz', bytes: await unpacked(plain, name) }
}

/** The most pixels of a picture in a .sog: of as many splats as a scene may have. */
const mostPixels = 64_000_000

async function sogPicture(bytes: Uint8Array, file: string, name: string): Promise<SogPicture> {
  const sharp = await loadSharp()
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 4) throw new Error(`${info.channels} channels`)
    return { width: info.width, height: info.height, data }
  } catch (error) {
    throw damaged(name, `${file}: ${error instanceof Error ? error.message : ''}`, error)
  }
}

async function unpackSog(
  text: string,
  name: string,
  read: (file: string) => Promise<Uint8Array>,
): Promise<UnpackedSog> {
  const list = readSogList(text, name)
  if (!sogFiles(text)) throw damaged(name, 'its meta.json names no pictures')
  const pictures = await Promise.all(list.files.map(async (file) => sogPicture(await read(file), file, name)))
  return { list, pictures }
}

/** Bytes that are read at a time, by as many threads of Node's as are free. */
const block = 1 << 24

/** The bytes of a file, in memory that all threads see. @param check called before anything is read */
const bytesOf = ({ real, shown }: FileRef, check?: () => void): Promise<Buffer> =>
  withFile(real, shown, async (handle, size) => {
    check?.()
    checkSceneSize(size, shown)
    const bytes = Buffer.from(new SharedArrayBuffer(size))
    const readBlock = async (from: number): Promise<number> => {
      const end = Math.min(size, from + block)
      for (let at = from; at < end; ) {
        const { bytesRead } = await handle.read(bytes, at, end - at, at)
        // Somebody cuts it off as it is read.
        if (bytesRead === 0) return at
        at += bytesRead
      }
      return size
    }
    const starts = Array.from({ length: Math.ceil(size / block) }, (_, i) => i * block)
    return bytes.subarray(0, Math.min(...(await Promise.all(starts.map(readBlock)))))
  })

/** A list, or an empty text of a file that is too long to be one. */
async function listText({ real, shown }: FileRef, most: number): Promise<string> {
  const bytes = await withFile(real, shown, async (handle, size) => (size > most ? undefined : handle.readFile()))
  return bytes?.toString() ?? ''
}

/** @param part opens a picture that the list names. */
async function unpackFolder(file: FileRef, part: (name: string) => Promise<FileRef>): Promise<UnpackedSog> {
  const name = file.shown
  const text = await listText(file, largestSogList)
  // Names of pictures beside it, and nothing else.
  if (!sogFiles(text)) throw new SightlineError('scene.no-sog-list', { name })
  return unpackSog(text, name, async (picture) => bytesOf(await part(picture)))
}

/** The most bytes that the decoded pictures of a level's folders may take together. */
const mostDecoded = 2 * largestScene

/** The folders of a level. Their decoded pictures share one budget. Throws `scene.too-large`. */
async function unpackLevel(file: FileRef, part: (name: string) => Promise<FileRef>, level: number): Promise<Unpacked> {
  const files = filesOfLevel(await listText(file, largestLevelList), level)
  if (!files) throw new SightlineError('scene.no-level-list', { name: file.shown })
  const parts: UnpackedSog[] = []
  let decoded = 0
  for (const { file: list, ranges } of files) {
    const folder = list.slice(0, list.lastIndexOf('/') + 1)
    const own = await unpackFolder(await part(list), (picture) => part(folder + picture))
    decoded += own.pictures.reduce((sum, { data }) => sum + data.length, 0)
    if (decoded > mostDecoded)
      throw new SightlineError('scene.too-large', {
        ...{ name: file.shown, given: megabytes(decoded), limit: megabytes(mostDecoded) },
      })
    parts.push(ranges ? { ...own, ranges } : own)
  }
  return { format: 'sog', parts }
}

/** @param part opens a file beside this one, by its name. */
async function unpack(file: FileRef, part: (name: string) => Promise<FileRef>, level: number): Promise<Unpacked> {
  const name = file.shown
  if (isLevelList(name)) return unpackLevel(file, part, level)
  if (isSogList(name)) return { format: 'sog', parts: [await unpackFolder(file, part)] }
  const ending = extname(name).slice(1).toLowerCase()
  const known = ending === 'sog' || isPlainFormat(ending) ? ending : undefined
  // A file that is not there is that first.
  const bytes = await bytesOf(file, () => {
    if (!known)
      throw new SightlineError('scene.unknown', { name, known: [...splatFormats, ...pointFormats].join(', .') })
  })
  if (known === 'spz') return unpackSpz(bytes, name)
  if (known === 'sog') {
    const zip = openZip(bytes, name)
    const list = await zip.read('meta.json')
    if (list.length > largestSogList) throw damaged(name, 'its meta.json is too long')
    const text = new TextDecoder().decode(list)
    return { format: 'sog', parts: [await unpackSog(text, name, (picture) => zip.read(picture))] }
  }
  if (known === 'ply' && !/^ply[\r\n]/.test(bytes.subarray(0, 4).toString('latin1')))
    throw new SightlineError('scene.not-a-scene', {
      ...{ name, given: 'it does not begin as a .ply file does', known: 'ply' },
    })
  return { format: known ?? 'ply', bytes }
}

/** What was unpacked to memory of its own is moved to the thread that reads it: to copy it would hold up this one. */
function ownOf(file: Unpacked): readonly ArrayBuffer[] {
  if (file.format === 'sog') return []
  const { buffer, length } = file.bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === length ? [buffer] : []
}

/**
 * Reads a scene of splats.
 * @param level of detail, where there are several: 0 is the finest
 * @throws `scene.*`, `file.*`
 */
export async function loadSplats(
  file: FileRef,
  part: (name: string) => Promise<FileRef>,
  signal: AbortSignal,
  level = 0,
): Promise<SplatScene> {
  const given = await unpack(file, part, level)
  signal.throwIfAborted()
  const name = file.shown
  const late = AbortSignal.timeout(longest)
  const end = new AbortController()
  const options = { signal: AbortSignal.any([signal, late, end.signal]) }
  try {
    const { scene, left } = await threads().run(
      readSplats,
      { file: given, name },
      { ...options, transfer: ownOf(given) },
    )
    if (!left) return scene
    const count = scene.opacities.length
    const edges = Array.from({ length: together + 1 }, (_, i) => Math.floor((count * i) / together))
    const ranges = edges.slice(1).map((to, i) => ({ file: left, name, scene, from: edges[i] ?? 0, to }))
    const found = await Promise.all(ranges.map((range) => threads().run(fillSplats, range, options)))
    // What holds all ranges holds all splats: their corners are as good as their centres.
    const bounds = boundsOf(found.flatMap((range) => range ?? []))
    return bounds ? { ...scene, bounds } : scene
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) throw damaged(name, 'it takes too long to read')
    if (error instanceof SightlineError && error.code === 'work.ended')
      throw damaged(name, `its reader ended, ${String(error.params.how)}`)
    throw error
  } finally {
    // Of several threads, one may have failed.
    end.abort()
  }
}

/** The result of work that cannot be stopped. On an abort it throws the signal's reason at once, and the work's result is ignored. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) work.catch(() => undefined)
  signal.throwIfAborted()
  const end = Promise.withResolvers<never>()
  const stop = (): void => end.reject(signal.reason)
  signal.addEventListener('abort', stop)
  return Promise.race([work, end.promise]).finally(() => signal.removeEventListener('abort', stop))
}

/** A picture packed without loss: its bytes are numbers. */
async function packed({ file, width, height, data }: RawPicture): Promise<[string, Uint8Array]> {
  const sharp = await loadSharp()
  const raw = { width, height, channels: 4 as const }
  // `exact`: colours of transparent pixels are numbers too.
  return [file, await sharp(data, { raw }).webp({ lossless: true, exact: true, effort: 4 }).toBuffer()]
}

/** The share of progress for finding a .sog's numbers; the rest is for packing its pictures and clustering its harmonics. */
const numbersPart = 0.3

/** The clusters of harmonics are found in several threads, while the other pictures are packed. */
async function packedSog(
  { list, pictures, harmonics }: SogFiles,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<Uint8Array> {
  const works = pictures.length + (harmonics ? harmonics.clustering.parts.length + 1 : 0)
  let done = 0
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const made = await work
    progress(++done / works)
    return made
  }
  const [first, rest] = await Promise.all([
    Promise.all(pictures.map((picture) => told(packed(picture)))),
    harmonics && packedHarmonics(harmonics, signal, told),
  ])
  const text = JSON.stringify({ ...list, ...(rest && { shN: rest.list }) })
  return makeZip(new Map([['meta.json', new TextEncoder().encode(text)], ...first, ...(rest?.files ?? [])]))
}

async function packedHarmonics(
  harmonics: SogHarmonics,
  signal: AbortSignal,
  told: <T>(work: Promise<T>) => Promise<T>,
) {
  const { clustering } = harmonics
  const cuts = await Promise.all(
    clustering.parts.map((_, part) => told(threads().run(halveRows, { clustering, part }, { signal }))),
  )
  const { list, pictures } = await told(threads().run(writeSogHarmonics, { harmonics, cuts }, { signal }))
  return { list, files: await Promise.all(pictures.map(packed)) }
}

/** The bytes of a file of splats. Throws `scene.nothing`. An abort ends it within 100 ms. */
export async function encodeSplats(
  scene: SplatScene,
  format: WrittenSplats,
  signal: AbortSignal,
  progress: (part: number) => void = () => undefined,
): Promise<Uint8Array> {
  const ahead = (part: number): void => progress(numbersPart * part)
  const made = await threads().run(writeSplats, { scene, format }, { signal, progress: ahead })
  if (!(made instanceof Uint8Array))
    return unlessAborted(
      signal,
      packedSog(made, signal, (part) => progress(numbersPart + (1 - numbersPart) * part)),
    )
  return format === 'spz' ? unlessAborted(signal, promisify(gzip)(made)) : made
}

/** Writes a scene; the format follows the ending. Throws `file.*`. */
export async function saveSplats(file: FileRef, scene: SplatScene, signal: AbortSignal): Promise<void> {
  const ext = extname(file.shown)
  const format = writtenSplats.find((one) => one === ext.slice(1).toLowerCase())
  if (!format)
    throw new SightlineError('file.format', {
      ...{ path: file.shown, ext: ext || 'no extension', known: writtenSplats.join(', ') },
    })
  await writeAtomic(file.real, await encodeSplats(scene, format, signal), { shown: file.shown, signal })
}
