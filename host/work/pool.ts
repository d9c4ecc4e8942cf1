/**
 * Runs works in worker threads, each in a thread of its own, a limited number at a time; the others wait in order. A work that is
 * cancelled sees a flag; where it does not end soon, its thread is ended, and the next work gets a new one.
 */
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Work, WorkOptions, WorkPool } from '../../engine/types/work.ts'
import { ownEnvironment } from '../environment.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** How long a work may take to see that it is cancelled, in ms. To end a thread takes a few more. */
const LATE = 25
/** A thread that had nothing to do for so long is ended, in ms. */
const IDLE = 30_000

export interface HostWorkPool extends WorkPool {
  /** Threads that there are, and those of them that work. */
  readonly counters: { readonly threads: number; readonly busy: number }
  /** Ends all threads; works under way reject. */
  close(): Promise<void>
}

export interface WorkPoolOptions {
  readonly threads: number
  /** Modules that export `works`: the functions that may be called. Default: those of the nodes that ship with Sightline. */
  readonly lists?: readonly URL[]
  /** Megabytes of a thread's JavaScript objects (typed arrays do not count). Default: Node's own. */
  readonly heap?: number
}

interface Member {
  readonly worker: Worker
  alive: boolean
  idle: ReturnType<typeof setTimeout> | undefined
}

export function createWorkPool({
  threads,
  lists = [new URL('../../nodes/works.ts', import.meta.url)],
  heap,
}: WorkPoolOptions): HostWorkPool {
  const members = new Set<Member>()
  const idle: Member[] = []
  /** Those who wait for a free thread. */
  let waiting: (() => void)[] = []
  let busy = 0
  let closed = false

  function hire(): Member {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { lists: lists.map(String) },
      name: 'work',
      execArgv: [],
      env: ownEnvironment(),
      ...(heap !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heap } }),
    })
    const member: Member = { worker, alive: true, idle: undefined }
    members.add(member)
    // Heard by `call` as well, where one is under way.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      member.alive = false
      members.delete(member)
      const at = idle.indexOf(member)
      if (at >= 0) idle.splice(at, 1)
    })
    return member
  }

  /** Rejects with the signal's reason where it is aborted first. */
  async function take(signal: AbortSignal): Promise<Member> {
    if (busy >= threads) {
      const turn = Promise.withResolvers<void>()
      const stop = (): void => {
        waiting = waiting.filter((other) => other !== turn.resolve)
        turn.reject(signal.reason)
      }
      signal.addEventListener('abort', stop, { once: true })
      waiting.push(turn.resolve)
      await turn.promise
      signal.removeEventListener('abort', stop)
    } else busy++
    const member = idle.pop() ?? hire()
    clearTimeout(member.idle)
    return member
  }

  function give(member: Member): void {
    if (member.alive) {
      member.worker.unref()
      member.idle = setTimeout(() => void member.worker.terminate(), IDLE)
      member.idle.unref()
      idle.push(member)
    }
    const next = waiting.shift()
    if (next) next()
    else busy--
  }

  async function call<I, O>({ name }: Work<I, O>, input: I, options: WorkOptions, { worker }: Member): Promise<O> {
    const { signal, transfer = [], progress } = options
    const control = new Int32Array(new SharedArrayBuffer(4))
    const end = Promise.withResolvers<Exclude<FromWorker, { type: 'progress' }>>()
    let fault: unknown
    const hear = (message: FromWorker): void => {
      if (message.type !== 'progress') end.resolve(message)
      else if (!signal.aborted) progress?.(message.fraction, message.say)
    }
    const fail = (error: unknown): void => {
      fault = error
    }
    const exit = (code: number): void => {
      const how = fault instanceof Error ? fault.message : `its thread ended with code ${code}`
      end.reject(new SightlineError('work.ended', { name, how }, fault))
    }
    let late: ReturnType<typeof setTimeout> | undefined
    const stop = (): void => {
      Atomics.store(control, 0, 1)
      late = setTimeout(() => void worker.terminate(), LATE)
    }
    worker.on('message', hear).once('error', fail).once('exit', exit)
    signal.addEventListener('abort', stop, { once: true })
    worker.ref()
    try {
      signal.throwIfAborted()
      worker.postMessage({ name, input, control } satisfies ToWorker, [...transfer])
      const said = await end.promise
      signal.throwIfAborted()
      if (said.type === 'done') return said.output as O
      if (said.problem) throw new SightlineError(said.problem.code, said.problem.params)
      throw new SightlineError('work.failed', { name, message: said.message })
    } catch (error) {
      signal.throwIfAborted()
      // What cannot be copied cannot be sent.
      if (error instanceof DOMException)
        throw new SightlineError('work.failed', { name, message: error.message }, error)
      throw error
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      worker.off('message', hear).off('error', fail).off('exit', exit)
    }
  }

  return {
    get counters() {
      return { threads: members.size, busy }
    },
    async run(work, input, options) {
      options.signal.throwIfAborted()
      if (closed) throw new SightlineError('work.ended', { name: work.name, how: 'Sightline is closing' })
      const member = await take(options.signal)
      try {
        return await call(work, input, options, member)
      } finally {
        give(member)
      }
    },
    async close() {
      closed = true
      await Promise.all([...members].map(({ worker }) => worker.terminate()))
    },
  }
}
