/** What belongs to one run of a graph, as its nodes see it. */
import type { Problem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { Key } from './keys.ts'
import type { Lease } from './lease.ts'
import type { Pool } from './pool.ts'
import type { Result } from './result.ts'

/** What happens to a node while it runs. */
export type NodeEvent =
  | { readonly type: 'queued' }
  | { readonly type: 'running' }
  | { readonly type: 'progress'; readonly fraction: number; readonly say?: string }
  /** `run`: it was run for this; otherwise its result was there. */
  | { readonly type: 'done'; readonly run: boolean; readonly ms: number; readonly result: Result }
  | { readonly type: 'failed'; readonly problem: Problem }
  /** Something before it did not come. */
  | { readonly type: 'stopped'; readonly stopped: Stopped }
  /** It is run for element `index` of `length`, one after the other; `index` = `length`: for all. */
  | { readonly type: 'streaming'; readonly index: number; readonly length: number }

export interface Task {
  readonly signal: AbortSignal
  readonly services: Services
  /** As this node gets them; absent: all get the same. */
  readonly servicesOf?: ((node: string) => Services) | undefined
  /** Where full results are, and those of quick previews. */
  readonly full: Pool
  readonly drafts: Pool
  /** Effects and jobs run too, and what failed is tried again. */
  readonly explicit: boolean
  /** Before others. */
  readonly urgent: boolean
  /** What was made in this run, or tried: an explicit run does effects again, and what failed, but once. */
  readonly seen: Set<Key>
  report(node: string, event: NodeEvent): void
}

/** Somebody who asks for a value on behalf of a task; what they get is held by the lease. */
export interface Visit {
  readonly task: Task
  readonly lease: Lease
}

/** Why there is no value. `node`: where it happened; those after it are skipped, or wait. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly node: string
  /** Absent: nothing is wrong, something is missing: an unfinished wire, or a node that runs only on request. */
  readonly problem: Problem | undefined
  readonly why: 'failed' | 'waiting' | 'manual'
  constructor(node: string, why: Stopped['why'], problem?: Problem) {
    super(`${node}: ${problem?.code ?? why}`)
    this.node = node
    this.why = why
    this.problem = problem
  }
}
