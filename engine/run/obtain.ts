/** A result by key: the cached one, the one being computed, or a new one. */
import { LostError } from '../gpu/error.ts'
import { type Problem, toProblem } from '../types/problem.ts'
import type { Key } from './keys.ts'
import type { Pool } from './pool.ts'
import type { Result } from './result.ts'
import { type ElementName, madeFor, type NodeEvent, Stopped, type Visit } from './task.ts'

export interface Request {
  readonly pool: Pool
  readonly key: Key
  readonly wants: ReadonlySet<string>
  /** The node that events and errors belong to. */
  readonly node: string
  /** It is made for one element of a sequence. */
  readonly element?: ElementName | undefined
  /** Only errors and what it cost are reported. */
  readonly hidden: boolean
  /** Computed again by every explicit run, even if cached. */
  readonly again: boolean
  /** Must not be computed now: the cached result, or this. */
  readonly refuse?: (() => Promise<Stopped>) | undefined
  /** Makes it, held once, and puts it in the pool. */
  readonly make: (signal: AbortSignal, tell: (event: NodeEvent) => void) => Promise<Result>
}

/** Held by the visit's lease. Throws Stopped, or the signal's reason. */
export async function obtain(request: Request, { task, lease }: Visit): Promise<Result> {
  const { pool, key, wants, node, hidden, element } = request
  const report = (event: NodeEvent): void => {
    if (!hidden || event.type === 'failed' || event.type === 'spent') task.report(node, event)
  }
  const fail = (found: Problem): never => {
    const problem = element ? { ...found, element: element.name } : found
    report({ type: 'failed', problem, element })
    throw new Stopped(node, 'failed', problem)
  }
  // An explicit run retries what failed, and repeats what must be done again.
  let anew = task.explicit && !task.seen.has(key)
  task.seen.add(key)
  for (;;) {
    task.signal.throwIfAborted()
    const known = pool.get(key)
    if (known?.problem && !anew) fail(known.problem)
    if (known && !known.problem && known.has(wants) && !(anew && request.again)) {
      pool.counters.hits++
      report({ type: 'done', run: madeFor(task, known), ms: known.ms, result: known, element })
      return lease.add(known)
    }
    if (request.refuse || task.cachedOnly) {
      const stopped = (await request.refuse?.()) ?? new Stopped(node, 'idle')
      task.signal.throwIfAborted()
      report({ type: 'stopped', stopped })
      throw stopped
    }
    report({ type: 'queued' })
    const boarding = pool.flights.join(key, request.make, report)
    let result: Result
    try {
      result = await until(boarding.result, task.signal)
      lease.add(result)
    } catch (error) {
      task.signal.throwIfAborted()
      if (error instanceof Stopped || error instanceof LostError) throw error
      return fail(toProblem(error))
    } finally {
      boarding.leave()
    }
    if (result.problem) fail(result.problem)
    if (result.has(wants)) {
      report({ type: 'done', run: true, ms: result.ms, result, element })
      return result
    }
    // Another caller had it made with fewer outputs: once more, for the rest.
    anew = false
  }
}

/** Settles like the promise or the signal, whichever is first. */
export function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
