/**
 * The engine's outer face: what a host makes once (`createEngine`), and what it then gets for each window (`Session`) and for
 * each command line (`run`). Hosts inject the device, the node types and the world; the engine injects nothing into hosts.
 */
import type { Document } from '../graph/document.ts'
import type { CpuDevice } from '../ops/cpu.ts'
import type { ClientMessage, EngineMessage, NodeReport } from '../protocol/messages.ts'
import type { NodeDefinition } from '../types/node.ts'
import type { ParamValue } from '../types/param.ts'
import type { Problem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { Shape, Value } from '../types/value.ts'

export interface EngineOptions {
  readonly device: CpuDevice
  readonly nodes: readonly NodeDefinition[]
  /** Bytes of results that are kept, arena and spilled together. */
  readonly memory: number
  /** The largest single value, in bytes. */
  readonly largestValue?: number
  /** Elements of nested sequences are at most this deep. */
  readonly sequenceDepth?: number
}

/** `message` is checked by the engine's schema already; `tails` follow the head in the frame. */
export type Send = (message: EngineMessage, tails?: readonly Uint8Array[]) => void

/** One window's graph. All methods return at once; what happens is told through `send`. */
export interface Session {
  receive(message: Exclude<ClientMessage, { type: 'hello' | 'request' }>): void
  /** The session's document as the engine mirrors it, for saving. */
  readonly document: Document
  readonly rev: number
  /** `probe` and `statistics` of `engine/protocol/messages.ts`. */
  request(method: 'probe' | 'statistics', params: unknown): Promise<unknown>
  /** A watched file changed: sources that read it look again. */
  changed(path: string): void
  close(): void
}

export interface SessionOptions {
  readonly send: Send
  readonly services: Services
  /** Called when the set of files that sources depend on changes. */
  readonly watch?: (paths: readonly string[]) => void
}

export interface RunOptions {
  readonly services: Services
  readonly signal?: AbortSignal
  /** Effects and jobs run too (default). */
  readonly effects?: boolean
  /** Do not look into the cache, do not fill it (for `--repeat`). */
  readonly fresh?: boolean
  /** Only these nodes and what they need; absent: all. */
  readonly nodes?: readonly string[]
  readonly onReport?: (node: string, report: NodeReport) => void
}

export interface RunResult {
  readonly ok: boolean
  readonly ms: number
  readonly problems: readonly Problem[]
  readonly nodes: readonly {
    readonly id: string
    readonly type: string
    readonly status: 'done' | 'cached' | 'error' | 'skipped'
    readonly ms: number
    readonly problem?: Problem
    /** Problems of the wires that end here. */
    readonly outputs: Readonly<Record<string, Shape>>
  }[]
  /** Outputs that nothing consumes, in document order. Values stay valid until `release`. */
  readonly sinks: readonly { readonly node: string; readonly port: string; readonly value: Value }[]
  /** The numbers of a stored value, copied out: float32, row-major. */
  read(value: Value): Float32Array<ArrayBuffer>
  release(): void
}

/** Counters that benches and tests read: node runs, cache hits, bytes. */
export interface EngineCounters {
  readonly runs: number
  readonly hits: number
  readonly evictions: number
  readonly spills: number
  readonly bytes: number
}

export interface Engine {
  session(options: SessionOptions): Session
  run(document: Document, options: RunOptions): Promise<RunResult>
  readonly counters: EngineCounters
  close(): Promise<void>
}

export type { ParamValue }
