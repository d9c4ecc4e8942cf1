/**
 * The jobs of an engine: those that run, what they have shown so far, and what is kept of them. A pause is a checkpoint at which
 * the run ends, so a paused job holds no thread, no slot and no memory but what it showed, and going on after a pause is the same
 * as going on after a crash.
 */
import type { JobContext } from '../graph/node.ts'
import { SightlineError } from '../types/problem.ts'
import type { Value } from '../values/index.ts'
import type { JobStorage } from './job-storage.ts'
import { type Key, wholeOf } from './keys.ts'
import { Result, type Wired } from './result.ts'
import { countedStores } from './stores.ts'
import { type JobState, type NodeEvent, type Progress, Stopped } from './task.ts'

/** Largest checkpoint, in bytes. */
const largestCheckpoint = 1 << 30
/** How many stopped jobs keep showing what they emitted last. */
const mostShown = 16

/** What is written of a checkpoint besides its bytes. */
interface CheckpointHead {
  readonly progress?: Progress
}

const isCheckpoint = (head: unknown): head is CheckpointHead => typeof head === 'object' && head !== null

export class Jobs {
  readonly storage: JobStorage
  readonly #running = new Map<Key, JobRun>()
  /** The newest emission of jobs without a result, held. The last used is the last. */
  readonly #shown = new Map<Key, Result>()
  /** Keys of nodes whose jobs are to pause, also those of elements that come later. */
  readonly #pausing = new Set<Key>()

  constructor(storage: JobStorage) {
    this.storage = storage
  }

  /** What the job emitted last, while it has no result. */
  latest(key: Key): Result | undefined {
    return this.#shown.get(key)
  }

  /** Where the job would go on; undefined: it has no checkpoint. */
  async checkpointOf(key: Key): Promise<CheckpointHead | undefined> {
    const head = await this.storage.head(key, 'checkpoint')
    return isCheckpoint(head) ? head : undefined
  }

  /** A new run of the job. `end` must be called with how it went. */
  begin(key: Key, node: string, tell: (event: NodeEvent) => void, resume: Uint8Array | undefined): JobRun {
    const run = new JobRun(this, { key, node, tell, resume })
    this.#running.set(key, run)
    tell({ type: 'job', state: 'running' })
    if (this.#pausing.has(wholeOf(key))) run.pause()
    return run
  }

  end(run: JobRun, finished: boolean): void {
    if (this.#running.get(run.key) === run) this.#running.delete(run.key)
    if (finished) this.#forget(run.key)
  }

  /** The node's jobs end at their next checkpoint; those that have not begun do not begin. */
  pause(key: Key): void {
    const whole = wholeOf(key)
    this.#pausing.add(whole)
    for (const run of this.#running.values()) if (wholeOf(run.key) === whole) run.pause()
  }

  /** The node's jobs may run. */
  allow(key: Key): void {
    this.#pausing.delete(wholeOf(key))
  }

  show(key: Key, result: Result): void {
    result.hold()
    this.#forget(key)
    this.#shown.set(key, result)
    for (const [old] of this.#shown) {
      if (this.#shown.size <= mostShown) break
      if (!this.#running.has(old)) this.#forget(old)
    }
  }

  #forget(key: Key): void {
    this.#shown.get(key)?.drop()
    this.#shown.delete(key)
  }

  close(): void {
    for (const key of [...this.#shown.keys()]) this.#forget(key)
  }
}

interface JobRunOptions {
  readonly key: Key
  readonly node: string
  readonly tell: (event: NodeEvent) => void
  readonly resume: Uint8Array | undefined
}

export class JobRun {
  readonly key: Key
  readonly resume: Uint8Array | undefined
  readonly #jobs: Jobs
  readonly #node: string
  readonly #tell: (event: NodeEvent) => void
  readonly #stop = new AbortController()
  #paused = false
  #progress: Progress | undefined
  #emitted = 0

  constructor(jobs: Jobs, { key, node, tell, resume }: JobRunOptions) {
    this.#jobs = jobs
    this.key = key
    this.resume = resume
    this.#node = node
    this.#tell = tell
  }

  /** Aborted, with a Stopped, where the run ends in a pause. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get paused(): boolean {
    return this.#paused
  }

  get state(): JobState {
    return this.#paused ? 'pausing' : 'running'
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#tell({ type: 'job', state: 'pausing' })
  }

  progress(fraction: number, say: string | undefined): void {
    this.#progress = { fraction, ...(say !== undefined && { say }) }
  }

  async checkpoint(bytes: Uint8Array): Promise<void> {
    this.signal.throwIfAborted()
    if (bytes.length > largestCheckpoint)
      throw new SightlineError('job.checkpoint-too-large', {
        bytes: bytes.length / 1e6,
        limit: largestCheckpoint / 1e6,
      })
    const progress = this.#progress
    await this.#jobs.storage.write(this.key, 'checkpoint', { ...(progress && { progress }) } satisfies CheckpointHead, [
      bytes,
    ])
    if (!this.#paused) return
    this.#stop.abort(new Stopped(this.#node, 'paused', undefined, progress))
    this.signal.throwIfAborted()
  }

  /** Shows these besides what was emitted before. Their stores live on beside the node's own. */
  emit(outputs: Readonly<Record<string, Value>>): void {
    this.signal.throwIfAborted()
    const before = this.#jobs.latest(this.key)?.outputs
    for (const [port, { kind }] of Object.entries(outputs))
      if (kind === 'sequence') throw new Error(`"${port}" is a sequence, which cannot be emitted`)
    const all = { ...before, ...outputs } as Readonly<Record<string, Exclude<Wired, { kind: 'series' }>>>
    const stores = new Set(Object.values(all).flatMap(countedStores))
    for (const store of stores) store.retain()
    const asked = new Set(Object.keys(all))
    const result = new Result(`${this.key}~${this.#emitted++}`, { outputs: all, stores, asked, ms: 0 })
    this.#jobs.show(this.key, result)
    this.#tell({ type: 'emitted', result })
  }
}

/** What a job's `run` gets. `settle` checks what it emits as what a node returns is checked. */
export const jobContext = (
  run: JobRun,
  settle: (outputs: Readonly<Record<string, unknown>>) => Promise<Record<string, Value>>,
): JobContext => ({
  resume: run.resume,
  get paused() {
    return run.paused
  },
  checkpoint: (bytes) => run.checkpoint(bytes),
  emit: async (outputs) => run.emit(await settle(outputs)),
})
