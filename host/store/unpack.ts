/**
 * Unpacks named files of a package's tarball, and nothing else. The tarball comes from elsewhere: it may name places outside its
 * folder, hold links, or promise more bytes than there is room for. The format is POSIX ustar with pax headers, as npm writes it.
 */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ModelEntry } from './manifest.ts'

const block = 512
/** What a package may hold besides the files of the manifest: documentation, code, other models. */
const mostBesides = 4e9
/** Of a header that extends the next one. */
const mostExtended = 1 << 20

/** Bytes of a stream, as many as are asked for. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** Between one and `most` bytes; none at the end of the stream. */
  async some(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next()
      if (done) return this.#rest
      this.#rest = value
    }
    const taken = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  /** So many bytes, or fewer at the end of the stream. */
  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let left = count; left > 0; ) {
      const part = await this.some(left)
      if (part.length === 0) break
      parts.push(part)
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  async *upTo(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const part = await this.some(left)
      if (part.length === 0) throw new Error('it ends too early')
      yield part
      left -= part.length
    }
  }
}

interface Header {
  readonly path: string
  readonly bytes: number
  /** "0" a file, "5" a folder, "x" more about the next one, ... */
  readonly kind: string
}

const text = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0[\s\S]*$/, '')

function headerIn(bytes: Buffer): Header {
  const field = (from: number, to: number): string => text(bytes.subarray(from, to))
  const size = field(124, 136).trim()
  if (!/^[0-7]+$/.test(size)) throw new Error('a length in it is no number')
  const prefix = field(257, 262) === 'ustar' ? field(345, 500) : ''
  const path = `${prefix}${prefix && '/'}${field(0, 100)}`
  return { path, bytes: Number.parseInt(size, 8), kind: field(156, 157) || '0' }
}

/** "27 path=package/model.json\n": the records of a pax header. */
function paxIn(bytes: Buffer): Partial<Header> {
  const found = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(bytes.toString('latin1', at, space))
    if (space < 0 || !(length > space - at)) throw new Error('an extended header in it is broken')
    const record = bytes.toString('utf8', space + 1, at + length - 1)
    found.set(record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1))
    at += length
  }
  const [path, size] = [found.get('path'), found.get('size')]
  return { ...(path !== undefined && { path }), ...(size !== undefined && { bytes: Number(size) }) }
}

const leaves = (path: string): boolean =>
  /^([\\/]|[A-Za-z]:)/.test(path) || path.split(/[\\/]/).includes('..') || path.includes('\0')

/** Throws for what no package has. */
async function readEntries({ name, files }: ModelEntry, reader: Reader, folder: string): Promise<void> {
  const refuse = (reason: string) => new SightlineError('model.package-refused', { name, reason })
  const wanted = new Map(files.map((file) => [file.from, file]))
  let left = files.reduce((sum, { bytes }) => sum + bytes, mostBesides)
  let extended: Partial<Header> = {}
  for (;;) {
    const bytes = await reader.exactly(block)
    if (bytes.length < block || bytes.every((byte) => byte === 0)) return
    const header = { ...headerIn(bytes), ...extended }
    extended = {}
    left -= header.bytes + block
    if (left < 0) throw refuse('it unpacks to far more than the model')
    const padding = (block - (header.bytes % block)) % block
    if (header.kind === 'x' || header.kind === 'L' || header.kind === 'g') {
      if (header.bytes > mostExtended) throw refuse('a header in it is too long')
      const content = await reader.exactly(header.bytes + padding)
      if (header.kind === 'x') extended = paxIn(content.subarray(0, header.bytes))
      else if (header.kind === 'L') extended = { path: text(content) }
      continue
    }
    if (leaves(header.path)) throw refuse(`"${header.path}" is a place outside its folder`)
    if (header.kind !== '0' && header.kind !== '5') throw refuse(`"${header.path}" is a link or a device`)
    // npm's packages have all in one folder, whatever its name.
    const from = header.path.replace(/^[^/]*\//, '')
    const file = header.kind === '0' ? wanted.get(from) : undefined
    // Of one that holds several, the hashes of its parts tell.
    if (file && file.offset === undefined && header.bytes !== file.bytes)
      throw new SightlineError('model.not-genuine', { name, what: file.name })
    if (file) {
      const to = join(folder, file.from)
      await mkdir(dirname(to), { recursive: true })
      await pipeline(reader.upTo(header.bytes), createWriteStream(to))
    } else for await (const _ of reader.upTo(header.bytes));
    await reader.exactly(padding)
  }
}

/**
 * Writes the files of the entry to their places (`from`) in the folder. The stream is read to its end, so that who gave it has
 * checked all of it.
 * @throws `model.package-refused`, `model.not-genuine` for a file of another length, the stream's own error
 */
export async function unpack(entry: ModelEntry, source: Readable, folder: string): Promise<void> {
  await pipeline(source, createGunzip(), async (unpacked: AsyncIterable<Buffer>) => {
    const reader = new Reader(unpacked)
    try {
      await readEntries(entry, reader, folder)
    } catch (error) {
      if (error instanceof SightlineError || isOfStream(error)) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new SightlineError('model.package-refused', { name: entry.name, reason }, error)
    }
    while ((await reader.some(1 << 16)).length > 0);
  })
}

const isOfStream = (error: unknown): boolean =>
  error instanceof Error && ('code' in error || error.name === 'AbortError')
