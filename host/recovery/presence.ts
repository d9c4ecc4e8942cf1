/**
 * Which sessions have a window, as other servers of the same user see it: their unsaved work is in use, not left behind. Each
 * process keeps one file beside the copies, and renews it. One that ended without removing it is known by its process, or, where
 * that cannot be asked (another machine, a number given again), by its age.
 */
import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomic } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { isRunning } from '../files/temporary.ts'

/** How often the file is renewed, and when it no longer counts, in ms. */
const BEAT = 10_000
const STALE = 60_000

const schema = z.object({ pid: z.number().int().positive(), host: z.string(), sessions: z.array(z.string()) })
const isName = (name: string): boolean => /^\.windows-[\w-]+$/.test(name)

export class Presence {
  readonly #folder: string
  readonly #name = `.windows-${process.pid}-${randomUUID()}`
  readonly #sessions = new Set<string>()
  #writing: Promise<void> = Promise.resolve()
  #beat: NodeJS.Timeout | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  get #file(): string {
    return join(this.#folder, this.#name)
  }

  add(session: string): void {
    if (this.#sessions.has(session)) return
    this.#sessions.add(session)
    this.#changed()
  }

  remove(session: string): void {
    if (this.#sessions.delete(session)) this.#changed()
  }

  /** Nobody is harmed where it cannot be written: work is then offered twice. */
  #changed(): void {
    this.#writing = this.#writing.then(() => this.#write()).catch(() => undefined)
  }

  async #write(): Promise<void> {
    clearInterval(this.#beat)
    if (this.#sessions.size === 0) return rm(this.#file, { force: true })
    await makeFolder(this.#folder, 0o700)
    const about = { pid: process.pid, host: hostname(), sessions: [...this.#sessions] }
    await writeAtomic(this.#file, JSON.stringify(about))
    this.#beat = setInterval(() => {
      const now = new Date()
      utimes(this.#file, now, now).catch(() => this.#changed())
    }, BEAT).unref()
  }

  async #read(name: string, now: number): Promise<readonly string[]> {
    const path = join(this.#folder, name)
    try {
      const [{ mtimeMs }, text] = await Promise.all([stat(path), readFile(path, 'utf8')])
      const { pid, host, sessions } = schema.parse(JSON.parse(text))
      if (now - mtimeMs < STALE && (host !== hostname() || isRunning(pid))) return sessions
    } catch {
      // Gone meanwhile, or none of ours.
    }
    await rm(path, { force: true }).catch(() => undefined)
    return []
  }

  /** The sessions that have a window in another process. */
  async elsewhere(now = Date.now()): Promise<ReadonlySet<string>> {
    const names = await readdir(this.#folder).catch(() => [])
    const others = names.filter((name) => isName(name) && name !== this.#name)
    return new Set((await Promise.all(others.map((name) => this.#read(name, now)))).flat())
  }

  /** No window is left. */
  async close(): Promise<void> {
    this.#sessions.clear()
    this.#changed()
    await this.#writing
  }
}
