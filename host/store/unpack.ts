/**
 * Unpacks named files of a package's tarball, and nothing else. The tarball comes from elsewhere: it may name places outside its
 * folder, hold links, or promise more bytes than there is room for.
 */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ModelEntry } from './manifest.ts'

/** A header's bytes. */
const block = 512
/** What a package may hold besides the files of the manifest: documentation, code, other models. */
const mostBesides = 4e9

const leaves = (path: string): boolean =>
  /^([\\/]|[A-Za-z]:)/.test(path) || path.split(/[\\/]/).includes('..') || path.includes('\0')

async function write(part: ReadEntry, to: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await finished(part.pipe(createWriteStream(to, { signal })))
}

/**
 * Writes the files of the entry to their places (`from`) in the folder. Reads the stream to its end, so that its source can check
 * the hash of all of it.
 * @throws `model.package-refused`, `model.not-genuine` for a file of another length, the stream's own error
 */
export async function unpack({ name, files }: ModelEntry, source: Readable, folder: string): Promise<void> {
  const refused = (reason: string, cause?: unknown) =>
    new SightlineError('model.package-refused', { name, reason }, cause)
  const wanted = new Map(files.map((file) => [file.from, file]))
  let left = files.reduce((sum, { bytes }) => sum + bytes, mostBesides)

  /** Where to write it; undefined: nowhere. Throws for what no package has. */
  const placeOf = ({ path, type, size }: ReadEntry): string | undefined => {
    left -= size + block
    if (left < 0) throw refused('it unpacks to far more than the model')
    if (leaves(path)) throw refused(`"${path}" is a place outside its folder`)
    const isFile = type === 'File' || type === 'OldFile'
    if (!isFile && type !== 'Directory') throw refused(`"${path}" is a link or a device`)
    // npm's packages have all in one folder, whatever its name.
    const file = isFile ? wanted.get(path.replace(/^[^/]*\//, '')) : undefined
    // Of one that holds several, the hashes of its parts tell.
    if (file && file.offset === undefined && size !== file.bytes)
      throw new SightlineError('model.not-genuine', { name, what: file.name })
    return file && join(folder, file.from)
  }

  // A cancelled download reports more errors after the one that ends the loop below.
  source.on('error', () => undefined)
  const parser = new Parser({ strict: true })
  const ended = new Promise<void>((resolve) => parser.on('end', resolve))
  const writing: Promise<void>[] = []
  const stop = new AbortController()
  let problem: unknown
  const failed = new Promise<void>((resolve) => {
    const fail = (error: unknown): void => {
      problem ??= error
      resolve()
    }
    parser.on('error', (error: Error) => fail(refused(error.message, error)))
    parser.on('entry', (part: ReadEntry) => {
      try {
        const to = problem === undefined ? placeOf(part) : undefined
        if (to === undefined) part.resume()
        else writing.push(write(part, to, stop.signal).catch(fail))
      } catch (error) {
        fail(error)
        part.resume()
      }
    })
  })
  try {
    for await (const chunk of source) {
      if (!parser.write(chunk)) await Promise.race([new Promise((resolve) => parser.once('drain', resolve)), failed])
      if (problem !== undefined) throw problem
    }
    parser.end()
    await Promise.race([ended.then(() => Promise.all(writing)), failed])
    if (problem !== undefined) throw problem
  } finally {
    // What is still being written is of no use.
    stop.abort()
  }
}
