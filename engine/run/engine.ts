/**
 * The engine's outer interface: what a host makes once (`createEngine`), and what it then gets for each window (`Session`) and
 * each command line (`run`). Hosts inject the device, the node types and the world.
 */

import type { GpuDevice } from '../gpu/device.ts'
import type { Document } from '../graph/document.ts'
import type { NodeDefinition } from '../graph/node.ts'
import type { Arena } from '../memory/arena.ts'
import type { ModelDevice } from '../models/device.ts'
import type { CpuDevice } from '../ops/cpu.ts'
import type { TensorDevice } from '../ops/tensorflow.ts'
import type { Estimate } from '../protocol/estimate.ts'
import type { ClientMessage, EngineMessage } from '../protocol/messages.ts'
import type { Profile } from '../protocol/methods.ts'
import type { NodeReport } from '../protocol/reports.ts'
import type { Clock } from '../types/clock.ts'
import type { Problem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { WorkPool } from '../types/work.ts'
import type { Numbers, Shape, Value } from '../values/index.ts'
import type { JobStorage } from './job-storage.ts'
import type { PastTimes } from './past-times.ts'
import type { Blocked } from './plan.ts'

export interface EngineOptions {
  readonly device: CpuDevice
  /** Absent or lost: everything is done on the CPU. */
  readonly gpu?: GpuDevice | undefined
  /** Absent: TensorFlow.js computes on the GPU only. */
  readonly tensors?: TensorDevice | undefined
  /** Absent: models cannot be run. */
  readonly models?: ModelDevice | undefined
  /** Threads for `work`. Absent: works run on the engine's thread. */
  readonly work?: WorkPool | undefined
  /** Where checkpoints and results of jobs are kept. Absent: in memory, as long as the engine. */
  readonly jobs?: JobStorage | undefined
  /** How long nodes took in earlier runs. Absent: those of this engine alone. */
  readonly times?: PastTimes | undefined
  /** Absent: that of the wall. */
  readonly clock?: Clock | undefined
  /** Over the device's memory. Its `budget` bounds what is in use at one time, its `largest` a single value. */
  readonly arena: Arena
  readonly nodes: readonly NodeDefinition[]
  /** Bytes of kept results, arena and spilled together. */
  readonly memory: number
  /** The depth limit of nested sequences. Default 4. */
  readonly sequenceDepth?: number
}

/** The engine has validated `message` already; `tails` follow the head in the frame. */
export type Send = (message: EngineMessage, tails?: readonly Uint8Array[]) => void

/** Questions about values; the answers are those of `engine/protocol/messages.ts`. */
export type Question = 'probe' | 'statistics' | 'numbers' | 'provenance' | 'steps' | 'network' | 'splats'

/** One window's graph. All methods return at once; results are reported through `send`. */
export interface Session {
  /** `tail`: the bytes that follow the message. */
  receive(message: Exclude<ClientMessage, { type: 'hello' | 'request' }>, tail?: Uint8Array): void
  /** Resolves when a large document has been read, and what came after it is done. Absent: nothing waits. */
  readonly reading: Promise<void> | undefined
  /** The engine's mirror of the session's document, for saving. */
  readonly document: Document
  readonly rev: number
  /** `profile`, `estimate`, `memory`, `release`, `upgrade`, and the requests of `engine/protocol/messages.ts` about values. */
  request(
    method: Question | 'profile' | 'estimate' | 'memory' | 'release' | 'upgrade',
    params: unknown,
  ): Promise<unknown>
  /** A watched file changed: sources that read it check again. */
  changed(path: string): void
  close(): void
}

export interface SessionOptions {
  readonly send: Send
  readonly services: Services
  /** Resolves when the window has taken what was sent to it. Absent: it always has. */
  readonly ready?: () => Promise<void>
  /** Called when the set of files that sources depend on changes. */
  readonly watch?: (paths: readonly string[]) => void
}

export interface RunOptions {
  readonly services: Services
  /** The services for this node, where it matters who reads and writes what. Elements of a sequence are read by the node that gave it. */
  readonly servicesOf?: (node: string) => Services
  readonly signal?: AbortSignal
  /** Also run effects and jobs (default). */
  readonly effects?: boolean
  /** Neither use nor fill the cache (for `--repeat`). */
  readonly fresh?: boolean
  /** Jobs start from the beginning. Absent: they go on from their checkpoint, and a kept result is taken as it is. */
  readonly restart?: boolean
  /** How many frames live sources give: of more than one, they are sequences. Default 1. */
  readonly frames?: number
  /** Only these nodes and what they need; absent: all. */
  readonly nodes?: readonly string[]
  readonly onReport?: (node: string, report: NodeReport) => void
  /**
   * Called with each sink's value when it is made, and of a sequence with one element after the other (`path`: which), so that a
   * folder of any size needs the memory of one element. Several sinks may arrive at once. `read` as in RunResult; the value is
   * released when the promise settles. An error ends the run.
   */
  readonly onSink?: (sink: Sink & { readonly path: readonly number[] }, read: RunResult['read']) => void | Promise<void>
}

/** An output that nothing consumes. */
export interface Sink {
  readonly node: string
  readonly port: string
  readonly value: Value
}

export interface RunResult {
  readonly ok: boolean
  /** From the request until everything that was needed was done. */
  readonly ms: number
  /** Where that time went. */
  readonly profile: Profile
  readonly problems: readonly Problem[]
  readonly nodes: readonly {
    readonly id: string
    readonly type: string
    readonly status: 'done' | 'cached' | 'error' | 'skipped'
    /** What it took, without waiting. */
    readonly ms: number
    readonly problem?: Problem
    /** Of a node that failed for elements of a sequence: the problem of each, but not of more than a hundred. */
    readonly problems?: readonly Problem[]
    /** Something to know that is no error: what was done to a file on the way in, or how many were saved. */
    readonly note?: string
    /** What is known of each output. */
    readonly outputs: Readonly<Record<string, Shape>>
  }[]
  /**
   * Outputs that nothing consumes, in document order. Values stay valid until `release`; of the elements of a sequence, if they are
   * many and large, at least the newest two. Elements are made when requested: `onSink` is cheaper.
   */
  readonly sinks: readonly Sink[]
  /** The numbers of a stored value, copied out: float32, row-major. */
  read(value: Value): Promise<Numbers>
  release(): void
}

/** A problem, and where: a node (`outer/inner`) or the end of a wire (`outer/inner.image`). */
export interface PlacedProblem {
  readonly at: string
  readonly problem: Problem
}

export interface Foreseen {
  readonly nodes: readonly {
    readonly id: string
    readonly type: string
    readonly status: 'ready' | Blocked['why']
    readonly problem?: Problem
    /** What is known of each output. */
    readonly outputs: Readonly<Record<string, Shape>>
  }[]
  /** What would fail, each once. */
  readonly problems: readonly PlacedProblem[]
  /** What is probably wrong, but runs all the same. */
  readonly advice: readonly PlacedProblem[]
  readonly estimate: Estimate
}

/** Counters for benches and tests: node runs, cache hits, bytes. */
export interface EngineCounters {
  readonly runs: number
  readonly hits: number
  readonly evictions: number
  readonly spills: number
  /** Models that are loaded, what they take, and how often one was loaded. */
  readonly models: { readonly loaded: number; readonly bytes: number; readonly loads: number }
  readonly bytes: number
}

export interface Engine {
  session(options: SessionOptions): Session
  run(document: Document, options: RunOptions): Promise<RunResult>
  /** What is known of a run before it: every fault, shapes, and what it will take. Runs nothing. */
  foresee(document: Document, options: Pick<RunOptions, 'services' | 'signal' | 'fresh'>): Promise<Foreseen>
  readonly counters: EngineCounters
  close(): Promise<void>
}
