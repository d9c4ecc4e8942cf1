/**
 * A window's document outside the engine: a copy while it is unsaved, a message when its file changes on disk, and who may
 * write when two windows have the same file.
 */
import { realpathSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Document } from '../../engine/graph/document.ts'
import { serialise } from '../../engine/graph/file.ts'
import type { EngineMessage } from '../../engine/protocol/messages.ts'
import type { Problem } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { watchPaths } from '../files/watch.ts'
import { stampOfFile } from '../server/pipeline-file.ts'
import type { Copies, Copy } from './copies.ts'
import type { Presence } from './presence.ts'

export type FileState = Extract<EngineMessage, { type: 'file' }>['state']
export type Resume = NonNullable<Extract<EngineMessage, { type: 'welcome' }>['resume']>

export interface KeepingOptions {
  readonly session: string
  readonly copies: Copies
  readonly owners: Owners
  readonly presence: Presence
  readonly document: () => Document
  readonly tell: (message: Extract<EngineMessage, { type: 'file' | 'notice' }>) => void
}

/** How long a window may be away before its file is free for others, in ms. */
const PATIENCE = 3000

/** The same key for one file under any of its names. */
function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Which window may write which file: the first that has it. */
export class Owners {
  readonly #waiting = new Map<string, Keeping[]>()

  take(path: string, who: Keeping): boolean {
    const line = this.#waiting.get(path) ?? []
    if (!line.includes(who)) line.push(who)
    this.#waiting.set(path, line)
    return line[0] === who
  }

  leave(path: string, who: Keeping): void {
    const line = this.#waiting.get(path) ?? []
    const first = line[0]
    const left = line.filter((other) => other !== who)
    if (left.length === 0) this.#waiting.delete(path)
    else this.#waiting.set(path, left)
    if (first === who) left[0]?.owns()
  }
}

export class Keeping {
  readonly #options: KeepingOptions
  #path: string | undefined
  #real: string | undefined
  /** The file when it was last read or written, */
  #stamp: string | undefined
  /** and the document that needs no copy. Edits share its unchanged records, so comparing with it is quick. */
  #clean: Document | undefined
  #allowed: FileUse[] = []
  #state: FileState = 'own'
  #opened = false
  #unwatch = (): void => {}
  #absence: NodeJS.Timeout | undefined
  #away = false

  constructor(options: KeepingOptions) {
    this.#options = options
    options.presence.add(options.session)
  }

  /** For a window that has lost it, or never had it; undefined if nothing was opened. */
  get resume(): Resume | undefined {
    if (!this.#opened) return undefined
    const document = this.#options.document()
    return { ...this.#origin(), document: serialise(document), unsaved: !this.#isClean(document) }
  }

  #isClean(document: Document): boolean {
    return isDeepStrictEqual(document, this.#clean)
  }

  #origin(): { path?: string; stamp?: string; allowed: FileUse[] } {
    return {
      allowed: this.#allowed,
      ...(this.#path !== undefined && { path: this.#path }),
      ...(this.#stamp !== undefined && { stamp: this.#stamp }),
    }
  }

  /** The session's document is now in this file (absolute), or in none. */
  opened(path: string | undefined, stamp: string | undefined, unsaved: boolean, allowed: readonly FileUse[]): void {
    this.#opened = true
    this.#allowed = [...allowed]
    this.#clean = unsaved ? undefined : this.#options.document()
    this.#lives(path, stamp)
    this.changed()
  }

  changed(): void {
    const { copies, session, document, tell } = this.#options
    const told = (problem: Problem): void => tell({ type: 'notice', problem })
    copies.keep(session, () => this.#copy(document()), told)
  }

  #copy(document: Document): Copy | undefined {
    if (this.#isClean(document)) return undefined
    return { title: document.title ?? '', ...this.#origin(), document: serialise(document) }
  }

  /** The user allows the document these files. */
  allow(uses: readonly FileUse[]): void {
    this.#allowed.push(...uses)
    this.changed()
  }

  saved(path: string, stamp: string, document: Document): void {
    this.#clean = document
    this.#lives(path, stamp)
    this.changed()
  }

  /** The previous owner of the file is gone. */
  owns(): void {
    this.#tell('own')
    void this.#look()
  }

  /** Its window will not be back soon: its unsaved work and its file are offered to others. */
  get gone(): boolean {
    return this.#away
  }

  get mayWrite(): boolean {
    return this.#state !== 'elsewhere'
  }

  #lives(path: string | undefined, stamp: string | undefined): void {
    const { owners } = this.#options
    this.#stamp = stamp
    if (path !== this.#path) {
      this.#leave()
      this.#path = path
      this.#real = path === undefined ? undefined : realOf(path)
      this.#tell(this.#real === undefined || owners.take(this.#real, this) ? 'own' : 'elsewhere')
    }
    if (path === undefined) return
    // Again after each save: a file may have gone before the watch has seen it, and its folder may be another one.
    this.#unwatch()
    this.#unwatch = watchPaths([path], () => void this.#look())
    void this.#look()
  }

  /** Whether the file is still the one that was read. An unreadable file is checked when it is saved. */
  async #look(): Promise<void> {
    const [path, stamp] = [this.#path, this.#stamp]
    if (path === undefined || stamp === undefined) return
    const there = await stampOfFile(path).catch(() => stamp)
    if (path !== this.#path || stamp !== this.#stamp || !this.mayWrite) return
    this.#tell(there === undefined ? 'gone' : there === stamp ? 'own' : 'changed')
  }

  #tell(state: FileState): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.tell({ type: 'file', state })
  }

  /** No window is connected: a reloading one is soon back, another one may have the file then. */
  away(): void {
    this.#absence = setTimeout(() => {
      this.#away = true
      this.#options.presence.remove(this.#options.session)
      if (this.#real !== undefined) this.#options.owners.leave(this.#real, this)
    }, PATIENCE)
    this.#absence.unref()
  }

  back(): void {
    clearTimeout(this.#absence)
    this.#away = false
    this.#options.presence.add(this.#options.session)
    if (this.#real !== undefined) this.#tell(this.#options.owners.take(this.#real, this) ? 'own' : 'elsewhere')
    if (this.#state !== 'own') this.#options.tell({ type: 'file', state: this.#state })
  }

  #leave(): void {
    this.#unwatch()
    this.#unwatch = () => {}
    if (this.#real !== undefined) this.#options.owners.leave(this.#real, this)
    this.#real = undefined
  }

  close(): void {
    clearTimeout(this.#absence)
    this.#options.presence.remove(this.#options.session)
    this.#leave()
    this.#path = undefined
  }
}
