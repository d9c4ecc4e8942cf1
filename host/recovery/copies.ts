/**
 * Copies of unsaved documents, one per session, written within a moment of each change. They are in the user's own folder and
 * not beside the pipeline, which may be read-only, full or gone, or in no file yet. Copies left by a session that ended without
 * asking are offered at the next start.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Problem, toProblem } from '../../engine/types/problem.ts'
import { writeAtomic } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'

const copySchema = z.object({
  format: z.literal('sightline-recovery'),
  version: z.literal(1),
  title: z.string(),
  /** The document's file, and its stamp when it was last read or written. */
  path: z.string().optional(),
  stamp: z.string().optional(),
  /** The paths that the user chose or allowed for it. */
  allowed: z.array(z.object({ path: z.string(), access: z.enum(['read', 'write']) })).optional(),
  document: z.record(z.string(), z.unknown()),
})
export type Copy = Omit<z.infer<typeof copySchema>, 'format' | 'version'>

/** A copy as listed. */
export interface CopySummary {
  readonly session: string
  readonly title: string
  readonly path?: string
  /** When it was written, in ms since 1970. */
  readonly time: number
}

/** The longest time, in ms, that a change is only in memory. */
const AFTER = 250
/** Copies unused for this long are deleted, and all beyond this number, oldest first. */
export const keptFor = 30 * 24 * 3600 * 1000
export const mostKept = 50

const ending = '.recovery.json'
/** Session names come from windows: only those that make plain file names. */
const isName = (session: string): boolean => /^[\w-]{8,64}$/.test(session)

/** What is to be written of a session. Its functions hold the session's document, so they are dropped with the write. */
interface Change {
  readonly timer: ReturnType<typeof setTimeout>
  make: () => Copy | undefined
  told: (problem: Problem) => void
}

export interface CopiesOptions {
  readonly folder: string
  readonly after?: number
}

export class Copies {
  readonly #folder: string
  readonly #after: number
  readonly #changes = new Map<string, Change>()
  /** The last write of each session under way: one at a time. */
  readonly #writing = new Map<string, Promise<void>>()
  /** Sessions whose last write failed. */
  readonly #failing = new Set<string>()

  constructor({ folder, after = AFTER }: CopiesOptions) {
    this.#folder = folder
    this.#after = after
  }

  #file(session: string): string {
    return join(this.#folder, `${session}${ending}`)
  }

  /**
   * Something changed: `make` is soon asked for a copy, or for undefined if a file has everything; then there is none. `told` is
   * called when copies cannot be written (once, until one can).
   */
  keep(session: string, make: () => Copy | undefined, told: (problem: Problem) => void): void {
    if (!isName(session)) return
    const waiting = this.#changes.get(session)
    if (waiting) Object.assign(waiting, { make, told })
    else this.#changes.set(session, { timer: setTimeout(() => void this.#write(session), this.#after), make, told })
  }

  /** Writes the session's change now, if there is one, after what is being written of it. */
  #write(session: string): Promise<void> {
    const change = this.#changes.get(session)
    const before = this.#writing.get(session) ?? Promise.resolve()
    if (!change) return before
    clearTimeout(change.timer)
    this.#changes.delete(session)
    const writing = before
      .then(() => this.#put(session, change))
      .finally(() => {
        if (this.#writing.get(session) === writing) this.#writing.delete(session)
      })
    this.#writing.set(session, writing)
    return writing
  }

  async #put(session: string, { make, told }: Change): Promise<void> {
    try {
      const copy = make()
      if (!copy) await rm(this.#file(session), { force: true })
      else {
        await makeFolder(this.#folder, 0o700)
        await writeAtomic(this.#file(session), JSON.stringify({ format: 'sightline-recovery', version: 1, ...copy }))
      }
      this.#failing.delete(session)
    } catch (error) {
      if (!this.#failing.has(session)) told(toProblem(error))
      this.#failing.add(session)
    }
  }

  /** Its work is saved or discarded. */
  async forget(session: string): Promise<void> {
    if (!isName(session)) return
    clearTimeout(this.#changes.get(session)?.timer)
    this.#changes.delete(session)
    await this.#writing.get(session)
    this.#failing.delete(session)
    await rm(this.#file(session), { force: true })
  }

  /** Writes pending copies now, as at the end of the program. */
  async flush(): Promise<void> {
    await Promise.all(
      [...new Set([...this.#changes.keys(), ...this.#writing.keys()])].map((session) => this.#write(session)),
    )
  }

  /** Undefined if there is none, or it cannot be read any more. */
  async read(session: string): Promise<Copy | undefined> {
    if (!isName(session)) return undefined
    try {
      const {
        format: _,
        version: __,
        ...copy
      } = copySchema.parse(JSON.parse(await readFile(this.#file(session), 'utf8')))
      return copy
    } catch {
      // A copy is written completely or not at all: an unreadable one is not ours.
      return undefined
    }
  }

  async #sessions(): Promise<readonly { session: string; time: number }[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(ending))
        .map(async (name) => {
          const stats = await stat(join(this.#folder, name)).catch(() => undefined)
          return stats ? [{ session: name.slice(0, -ending.length), time: stats.mtimeMs }] : []
        }),
    )
    return found.flat().sort((a, b) => b.time - a.time)
  }

  /** Newest first, without those that `taken` says are in use. */
  async list(taken: (session: string) => boolean): Promise<CopySummary[]> {
    const found = await Promise.all(
      (await this.#sessions())
        .filter(({ session }) => !taken(session))
        .map(async ({ session, time }) => {
          const copy = await this.read(session)
          return copy ? [{ session, time, title: copy.title, ...(copy.path !== undefined && { path: copy.path }) }] : []
        }),
    )
    return found.flat()
  }

  /** Deletes what is too old or too many. */
  async prune(now = Date.now()): Promise<void> {
    const sessions = await this.#sessions()
    const old = sessions.filter(({ time }, i) => i >= mostKept || now - time > keptFor)
    await Promise.all(old.map(({ session }) => rm(this.#file(session), { force: true })))
  }
}
