/** Fetches models from web servers, file by file. What has come before an interruption is kept, and the rest is asked for. */
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SightlineError } from '../../engine/types/problem.ts'
import { makeFolder } from '../files/make-folder.ts'
import { hashFile } from '../record/hash.ts'
import type { ModelEntry } from './manifest.ts'
import { modelsFolder } from './places.ts'
import type { PlaceOf, Watch } from './registry.ts'

type File = ModelEntry['files'][number]

/** Of what has come so far. */
export const partFolder = (name: string): string => join(modelsFolder(), `.${name}.part`)

export const removeParts = (name: string): Promise<void> => rm(partFolder(name), { recursive: true, force: true })

const sizeAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

/** Passes on at most so many bytes: a server may send more than it was asked for. */
function atMost(bytes: number, count: (bytes: number) => void): Transform {
  let left = bytes
  return new Transform({
    transform(chunk: Buffer, _, done) {
      left -= chunk.length
      count(chunk.length)
      if (left < 0) done(new Error('it sends more than the manifest says'))
      else done(null, chunk)
    },
  })
}

/** Fetches what is missing of the file, to its end. What is sent besides goes to this server alone, not where it points to. */
export async function fetchFile(
  url: URL,
  { bytes, offset = 0 }: Pick<File, 'bytes' | 'offset'>,
  to: string,
  watch: Required<Watch>,
  besides: Readonly<Record<string, string>> = {},
): Promise<void> {
  let have = await sizeAt(to)
  if (have === bytes) return watch.progress(bytes)
  if (have > bytes) have = 0
  const from = offset + have
  const whole = from === 0 && offset === 0
  const headers = { ...besides, ...(!whole && { range: `bytes=${from}-${offset + bytes - 1}` }) }
  const response = await fetch(url, { headers, signal: watch.signal })
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status} ${response.statusText}`.trim())
  // A server that knows no ranges sends all of it again.
  if (!whole && response.status !== 206) {
    if (offset > 0) throw new Error(`${url} cannot be read in parts`)
    have = 0
  }
  watch.progress(have)
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  const into = createWriteStream(to, { flags: have > 0 ? 'a' : 'w' })
  await pipeline(body, atMost(bytes - have, watch.progress), into, { signal: watch.signal })
}

/**
 * Fetches the entry's files and tells `use` where they are; removes them afterwards. Where that is interrupted they stay, and the
 * next call goes on from there.
 * @throws `model.not-genuine` if a file is not the one in the manifest, `model.unreachable`, the signal's reason
 */
export async function withUrl<T>(
  entry: ModelEntry,
  use: (placeOf: PlaceOf) => Promise<T>,
  { signal = new AbortController().signal, progress = () => undefined }: Watch = {},
): Promise<T> {
  const { name, files, source } = entry
  if (!('url' in source)) throw new Error(`${name} is a package`)
  const folder = partFolder(name)
  await makeFolder(folder)
  let come = 0
  const count = (bytes: number): void => {
    come += bytes
    progress(come)
  }
  for (const file of files) {
    const to = join(folder, file.name)
    try {
      await fetchFile(new URL(file.from, source.url), file, to, { signal, progress: count })
    } catch (error) {
      signal.throwIfAborted()
      const message =
        error instanceof Error ? String((error.cause as Error | undefined)?.message ?? error.message) : String(error)
      throw new SightlineError('model.unreachable', { name, message }, error)
    }
    if ((await hashFile(to, to)).sha256 === file.sha256) continue
    // Going on from it would never help.
    await rm(to, { force: true })
    throw new SightlineError('model.not-genuine', { name, what: file.name })
  }
  const made = await use(({ name: file }) => ({ path: join(folder, file) }))
  await removeParts(name)
  return made
}
