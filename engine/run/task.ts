/** What belongs to one run of a graph, as its nodes see it. */
import { type Problem, SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { Cost } from './cost.ts'
import type { Key } from './keys.ts'
import type { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Pool } from './pool.ts'
import type { Result } from './result.ts'
import type { Targets } from './targets.ts'

/** How far a job has come. */
export interface Progress {
  readonly fraction: number
  readonly say?: string
}

/** A job that is to pause runs on to its next checkpoint. */
export type JobState = 'running' | 'pausing'

/** An element of a sequence that a node runs for. */
export interface ElementName {
  /** As people know it: the name of its file, or "element 3". */
  readonly name: string
  readonly index: number
  readonly length: number
}

/** Element `index` of a sequence; of sequences in sequences, the name says all of the way. */
export function elementName(
  index: number,
  { length, labels }: { readonly length: number; readonly labels?: readonly string[] | undefined },
  outer?: ElementName,
): ElementName {
  const name = labels?.[index] ?? `element ${index + 1}`
  return outer ? { ...outer, name: `${outer.name}, ${name}` } : { name, index, length }
}

/** What happens to a node while it runs. `element`: for which element of a sequence. */
export type NodeEvent =
  | { readonly type: 'queued' }
  | { readonly type: 'running' }
  | { readonly type: 'progress'; readonly fraction: number; readonly say?: string; readonly job?: JobState }
  /** Something to know about this run that is no error. */
  | { readonly type: 'noted'; readonly note: string }
  /** A job runs, or runs on to its next checkpoint, where it ends. */
  | { readonly type: 'job'; readonly state: JobState }
  /** What a job shows while it runs. Held until its next emission. */
  | { readonly type: 'emitted'; readonly result: Result }
  /** One run of it has ended, whatever came of it. */
  | { readonly type: 'spent'; readonly cost: Cost }
  /** `run`: it ran for this (see `Task.since`); otherwise its result was cached. */
  | {
      readonly type: 'done'
      readonly run: boolean
      readonly ms: number
      readonly result: Result
      readonly element?: ElementName | undefined
    }
  | { readonly type: 'failed'; readonly problem: Problem; readonly element?: ElementName | undefined }
  /** Something before it did not arrive. */
  | { readonly type: 'stopped'; readonly stopped: Stopped; readonly element?: ElementName | undefined }
  /** It runs for element `index` of `length`, one after the other; `index` = `length`: for all. */
  | { readonly type: 'streaming'; readonly index: number; readonly length: number }

export interface Task {
  readonly signal: AbortSignal
  readonly services: Services
  /** The services for this node; absent: all nodes share `services`. */
  readonly servicesOf?: ((node: string) => Services) | undefined
  /** Where full results are, and those of quick previews. */
  readonly full: Pool
  readonly drafts: Pool
  /** Where results of frames are, while a live source plays. */
  readonly frames?: Pool | undefined
  /** Effects and jobs run too, and failures are retried. */
  readonly explicit: boolean
  /** Jobs start from the beginning, whatever is kept of them. */
  readonly restart?: boolean | undefined
  /** Nothing is computed; only what is cached is shown. */
  readonly cachedOnly?: boolean | undefined
  /** Results made since then count as made by this run, as `performance.now()`. Absent: only those that it makes. */
  readonly since?: number | undefined
  /** Takes precedence over others. */
  readonly urgent: boolean
  /** What was made or tried in this run: an explicit run repeats effects and failures, but once. */
  readonly seen: Set<Key>
  /** What this run writes. Absent: nothing. */
  readonly targets?: Targets | undefined
  report(node: string, event: NodeEvent): void
}

/**
 * The task for what is made before it is needed. It tells only what its runs cost and what is to be known about them: all else is
 * told when it is needed, where a failure happens again.
 */
export const quietly = (task: Task): Task => ({
  ...task,
  seen: new Set(task.seen),
  report: (node, event) => {
    if (event.type === 'spent' || event.type === 'noted') task.report(node, event)
  },
})

/** Where the node's result is kept. */
export const poolOf = ({ live, draft }: PlannedNode, { full, drafts, frames = full }: Task): Pool =>
  live ? frames : draft ? drafts : full

/** Whether a cached result was made for this run, though not by it: by a quick preview, or a run that it replaced. */
export const madeFor = ({ since = Number.POSITIVE_INFINITY }: Task, { cost }: Result): boolean =>
  cost !== undefined && cost.to >= since

/** A caller that asks for a value on behalf of a task; the lease holds what it gets. */
export interface Visit {
  readonly task: Task
  readonly lease: Lease
}

/** Why there is no value. `node`: where it happened; downstream nodes are skipped, or wait. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly node: string
  /** Absent: nothing is wrong, but something is missing: an unconnected input, or a node that runs only on request. */
  readonly problem: Problem | undefined
  /** idle: the user has cancelled, and nothing has been changed or requested since. */
  readonly why: 'failed' | 'waiting' | 'manual' | 'paused' | 'idle'
  /** How far a paused job had come. */
  readonly progress: Progress | undefined
  constructor(node: string, why: Stopped['why'], problem?: Problem, progress?: Progress) {
    super(`${node}: ${problem?.code ?? why}`)
    this.node = node
    this.why = why
    this.problem = problem
    this.progress = progress
  }
}

/** What is wrong with an element that a node asked for, if that is a failure of this element alone. */
export function failureOf(error: unknown): Problem | undefined {
  if (error instanceof Stopped) return error.why === 'failed' ? error.problem : undefined
  return error instanceof SightlineError ? { code: error.code, params: error.params } : undefined
}
