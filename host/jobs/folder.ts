/**
 * What jobs leave on the disk: one file for a checkpoint, one for a result, named by the job's key, in the user's own folder. A
 * file is written wholly or not at all and has the SHA-256 of what is in it: a damaged one counts as none. What nobody has
 * wanted for long goes, and when there is too much, the longest unused first.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { decodeFrame, encodeFrame, maxHead } from '../../engine/protocol/frame.ts'
import type { JobFile, JobStorage, KeptFile } from '../../engine/run/job-storage.ts'
import type { Key } from '../../engine/run/keys.ts'
import { writeAtomic } from '../files/atomic.ts'
import { say } from '../terminal/say.ts'

const DAY = 24 * 60 * 60 * 1000
/** Raised whenever the form of the files changes: others are not read. */
const VERSION = 1
/** Bytes hashed at a stretch. */
const CHUNK = 4 << 20

const headSchema = z.object({
  format: z.literal('sightline-job'),
  version: z.literal(VERSION),
  key: z.string(),
  head: z.unknown(),
  /** Bytes of each part. */
  lengths: z.array(z.number().int().nonnegative()),
  sha256: z.string(),
})

export interface JobLimits {
  /** Files that nobody has read or written for so long are removed, in ms. Default 90 days. */
  readonly age?: number
  /** Bytes of all files together. Default 8 GB. */
  readonly bytes?: number
}

/** Of the head's JSON and all parts. Lets others have their turn in between. */
async function hashOf(head: unknown, parts: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(head))
  for (const part of parts)
    for (let at = 0; at < part.length; at += CHUNK) {
      hash.update(part.subarray(at, at + CHUNK))
      if (part.length > CHUNK) await new Promise((resolve) => setImmediate(resolve))
    }
  return hash.digest('hex')
}

export class JobFolder implements JobStorage {
  readonly #folder: string
  readonly #log: (line: string) => void
  readonly #limits: Required<JobLimits>

  constructor(folder: string, log: (line: string) => void = say, limits: JobLimits = {}) {
    this.#folder = folder
    this.#log = log
    this.#limits = { age: 90 * DAY, bytes: 8e9, ...limits }
  }

  /** Elements of sequences have keys with slashes. */
  #path(key: Key, file: JobFile): string {
    return join(this.#folder, `${key.replaceAll('/', '-')}.${file}`)
  }

  async head(key: Key, file: JobFile): Promise<unknown> {
    const handle = await open(this.#path(key, file), 'r').catch(absent)
    if (!handle) return undefined
    try {
      const size = new Uint8Array(4)
      await handle.read(size, 0, 4, 0)
      const length = new DataView(size.buffer).getUint32(0, true)
      if (length > maxHead) return undefined
      const bytes = new Uint8Array(4 + length)
      await handle.read(bytes, 0, bytes.length, 0)
      return this.#parsed(key, decodeFrame(bytes).head)?.head
    } catch {
      // Whoever reads the whole file says that it is damaged.
      return undefined
    } finally {
      await handle.close()
    }
  }

  async read(key: Key, file: JobFile): Promise<KeptFile | undefined> {
    const path = this.#path(key, file)
    const bytes = await readFile(path).catch(absent)
    if (!bytes) return undefined
    const kept = await this.#opened(key, bytes).catch(() => undefined)
    if (!kept) {
      this.#log(`${path} is damaged or of another version. It is removed; the job can be run again.`)
      await rm(path, { force: true })
      return undefined
    }
    const now = new Date()
    await utimes(path, now, now).catch(() => undefined)
    return kept
  }

  async #opened(key: Key, bytes: Uint8Array): Promise<KeptFile | undefined> {
    const { head: outer, tail } = decodeFrame(bytes)
    const parsed = this.#parsed(key, outer)
    if (!parsed) return undefined
    const parts: Uint8Array<ArrayBuffer>[] = []
    let at = 0
    for (const length of parsed.lengths) {
      parts.push(new Uint8Array(tail.subarray(at, at + length)))
      at += length
    }
    if (at !== tail.length || (await hashOf(parsed.head, parts)) !== parsed.sha256) return undefined
    return { head: parsed.head, parts }
  }

  #parsed(key: Key, outer: unknown): z.infer<typeof headSchema> | undefined {
    const parsed = headSchema.safeParse(outer)
    return parsed.success && parsed.data.key === key ? parsed.data : undefined
  }

  async write(key: Key, file: JobFile, given: unknown, parts: readonly Uint8Array[]): Promise<void> {
    // As it is read back.
    const head: unknown = JSON.parse(JSON.stringify(given))
    const outer = {
      format: 'sightline-job',
      version: VERSION,
      key,
      head,
      lengths: parts.map(({ length }) => length),
      sha256: await hashOf(head, parts),
    } satisfies z.input<typeof headSchema>
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeAtomic(this.#path(key, file), encodeFrame(outer, parts))
    if (file === 'result') await this.prune()
  }

  async remove(key: Key, file: JobFile): Promise<void> {
    await rm(this.#path(key, file), { force: true })
  }

  /** Removes what is too old or too much, and what a crash left half written. */
  async prune(now = Date.now()): Promise<void> {
    const names = (await readdir(this.#folder).catch(absent)) ?? []
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name)
        const stats = await stat(path).catch(absent)
        return stats?.isFile() ? [{ path, bytes: stats.size, used: stats.mtimeMs, half: name.endsWith('.tmp') }] : []
      }),
    )
    let sum = 0
    for (const { path, bytes, used, half } of files.flat().sort((a, b) => b.used - a.used)) {
      sum += bytes
      const old = now - used > (half ? DAY : this.#limits.age)
      if (!old && sum <= this.#limits.bytes) continue
      sum -= bytes
      await rm(path, { force: true })
    }
  }
}

/** For files and folders that are not there. */
function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
