/**
 * The outcome of one run of a node, as the engine keeps it: outputs, the stores they need, their cost. Held while somebody uses
 * it; freed when nobody does and the cache has dropped it.
 */
import type { CountedStore } from '../memory/store.ts'
import type { Problem } from '../types/problem.ts'
import { kindOf, type SequenceValue, type Shape, type Value } from '../values/index.ts'
import type { Cost } from './cost.ts'
import type { Key } from './keys.ts'
import { type Holdable, Lease } from './lease.ts'
import type { Visit } from './task.ts'

/** A sequence inside the engine: its elements are made when requested, and kept by key. */
export interface Series {
  readonly kind: 'series'
  readonly length: number
  readonly element: Shape
  readonly labels?: readonly string[]
  /** `node`: the node that errors belong to. The element is held by the visit's lease. */
  at(index: number, visit: Visit, node: string): Promise<Given>
  /**
   * Makes the element early, such as the picture of a file and what becomes of it. The visit's lease holds it. A failure is not
   * reported here: it happens again when the element is needed.
   */
  ahead(index: number, visit: Visit): Promise<void>
}

/** What travels on a wire. */
export type Wired = Exclude<Value, SequenceValue> | Series

/** A value, and what must be held for it to last. */
export interface Given {
  readonly value: Wired
  readonly owner: Holdable
}

/** Approximate bytes of a result besides its stores. */
const overhead = 1024

const smallBytes = (value: Wired): number => (value.kind === 'series' ? 0 : (kindOf(value).bytes?.(value) ?? 0))

interface Made {
  readonly outputs: Readonly<Record<string, Wired>>
  /** One reference each, which the result owns from now on. */
  readonly stores: Iterable<CountedStore>
  /** The outputs that were wanted: those missing from `outputs` do not exist. */
  readonly asked: ReadonlySet<string>
  /** What sequences among the outputs are made from. */
  readonly needs?: readonly Holdable[]
  /** What it took to make, without waiting. */
  readonly ms: number
  /** Of the last run that made it. Absent: it was made elsewhere. */
  readonly cost?: Cost | undefined
  /** On the GPU, by its own clock. */
  readonly gpuMs?: number | undefined
  readonly problem?: Problem
}

export class Result implements Holdable {
  readonly key: Key
  readonly outputs: Readonly<Record<string, Wired>>
  readonly asked: ReadonlySet<string>
  readonly stores: ReadonlySet<CountedStore>
  readonly problem: Problem | undefined
  readonly ms: number
  readonly cost: Cost | undefined
  readonly gpuMs: number | undefined
  /** Without the stores. */
  readonly small: number
  /** The time of the last use, as `performance.now()`. */
  used = 0
  #holds = 0
  #kept = false
  readonly #needs = new Lease()

  constructor(key: Key, { outputs, stores, asked, needs = [], ms, cost, gpuMs, problem }: Made) {
    this.key = key
    this.outputs = outputs
    this.asked = asked
    this.stores = new Set(stores)
    this.problem = problem
    this.ms = ms
    this.cost = cost
    this.gpuMs = gpuMs
    this.small = Object.values(outputs).reduce((sum, value) => sum + smallBytes(value), overhead)
    for (const need of needs) this.#needs.add(need)
  }

  get held(): boolean {
    return this.#holds > 0
  }

  get bytes(): number {
    let sum = this.small
    for (const store of this.stores) sum += store.bytes
    return sum
  }

  get footprint(): number {
    let sum = this.small
    for (const store of this.stores) sum += store.footprint
    return sum
  }

  /** Whether all wanted outputs are here, or known not to exist. */
  has(wants: ReadonlySet<string>): boolean {
    for (const output of wants) if (!this.asked.has(output)) return false
    return true
  }

  hold(): void {
    this.#holds++
  }

  drop(): void {
    this.#holds--
    this.#sweep()
  }

  /** The cache keeps it, or no longer does. */
  keep(kept: boolean): void {
    this.#kept = kept
    this.#sweep()
  }

  #sweep(): void {
    if (this.#kept || this.#holds > 0) return
    for (const store of this.stores) store.release()
    ;(this.stores as Set<CountedStore>).clear()
    this.#needs.end()
  }
}
