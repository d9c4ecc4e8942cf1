/**
 * What a node's `run` works with. Its ops and elements belong to the run; if it returns a sequence, they outlive it: each element
 * is made in a turn of its own, one at a time, so that everything it leaves behind is known and freed.
 */

import type { Models } from '../graph/models.ts'
import type { CountedStore } from '../memory/store.ts'
import { modelsFor, type NodeReach, type Perform } from '../models/models.ts'
import type { Shelf } from '../models/shelf.ts'
import type { Ops } from '../ops/calls.ts'
import { type Devices, makeOps, type NodeOps, storesIn } from '../ops/context.ts'
import { ops as registry } from '../ops/index.ts'
import { SightlineError } from '../types/problem.ts'
import type { WorkPool } from '../types/work.ts'
import type { SequenceValue, Value } from '../values/index.ts'
import { Meter } from './cost.ts'
import { Elements } from './elements.ts'
import type { Jobs } from './jobs.ts'
import { type Holdable, Lease } from './lease.ts'
import type { PastTimes } from './past-times.ts'
import type { Given, Series, Wired } from './result.ts'
import type { Pause, Slots } from './slots.ts'
import type { Task, Visit } from './task.ts'

/** Shared by all runs of an engine. */
export interface Machine {
  readonly devices: Devices
  /** Absent: nothing here runs models. */
  readonly shelf?: Shelf | undefined
  readonly slots: Slots
  /** Jobs have slots of their own: they take long, and what a window shows does not wait for them. */
  readonly jobSlots: Slots
  readonly jobs: Jobs
  readonly work: WorkPool
  /** The depth limit of nested sequences. */
  readonly sequenceDepth: number
  /** How much memory the elements may take that one run of a node was given, apart from the newest two. */
  readonly elementBytes: number
  readonly counters: { runs: number }
  /** How long nodes took, for estimates. */
  readonly times: PastTimes
}

/** One run of the node, or the making of one element of its sequence. */
interface Turn {
  readonly task: Task
  readonly ops: NodeOps
  readonly meter: Meter
  readonly pause: Pause
  /** The stores of what ops returned, in case a sequence needs them later. */
  readonly made: CountedStore[]
  /** Of elements that are sequences: what they need. */
  readonly owners: Holdable[]
  readonly elements: Elements
}

export interface Taken<T> {
  readonly result: T
  readonly stores: readonly CountedStore[]
  readonly owners: readonly Holdable[]
  /** The time of its kernels on the GPU, if it used one that has a clock. */
  readonly gpuMs: number | undefined
}

/** Element `index` was requested. */
export type OnElement = (index: number, length: number) => void

export class Scope {
  readonly ops: Ops
  readonly #machine: Machine
  readonly #node: string
  readonly #onElement: OnElement
  #turn: Turn | undefined
  /** Turns follow each other. */
  #last: Promise<unknown> = Promise.resolve()

  /** `node`: the node that errors of requested elements belong to. */
  constructor(machine: Machine, node: string, onElement: OnElement) {
    this.#machine = machine
    this.#node = node
    this.#onElement = onElement
    const call =
      (name: string) =>
      async (...args: unknown[]) => {
        const turn = this.#now()
        const result = await (turn.ops.ops as unknown as AnyOps)[name]?.(...args)
        turn.made.push(...storesIn(result))
        return result
      }
    this.ops = Object.fromEntries(Object.keys(registry).map((name) => [name, call(name)])) as unknown as Ops
  }

  /** Calls an op that is not among `ops`. */
  readonly perform: Perform = async (op, inputs, params) => {
    const turn = this.#now()
    const result = await turn.ops.perform(op, inputs, params)
    turn.made.push(...storesIn(result))
    return result
  }

  /** Models for the node. Its slot is free while one is loaded or runs: they have threads of their own. */
  models(reach: Omit<NodeReach, 'shelf'>): Models {
    const models = modelsFor({ ...reach, shelf: this.#machine.shelf })
    return { ...models, run: (...call) => this.#now().pause(() => models.run(...call)) }
  }

  /**
   * Lets `work` use ops and elements. Afterwards the caller owns one reference to each store of `keep`, and everything else that was
   * made is freed. `made`: whatever ops returned. `owners` last as long as the caller's lease: what its sequences are made from.
   * `meter` measures from now on; the caller ends it.
   */
  async take<T>(
    task: Task,
    lease: Lease,
    work: () => Promise<T>,
    keep: (result: T, made: readonly CountedStore[]) => Iterable<CountedStore>,
    meter: Meter = new Meter(),
  ): Promise<Taken<T>> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    try {
      return await this.#machine.slots.use(task.signal, task.urgent, (pause) => {
        meter.start()
        return this.#work({ task, lease }, pause, meter, work, keep)
      })
    } finally {
      resolve()
    }
  }

  async #work<T>(
    { task, lease }: Visit,
    pause: Pause,
    meter: Meter,
    work: () => Promise<T>,
    keep: (result: T, made: readonly CountedStore[]) => Iterable<CountedStore>,
  ): Promise<Taken<T>> {
    const ops = makeOps(this.#machine.devices, task.signal, (move) => meter.during('transfer', move))
    const elements = new Elements(this.#machine.elementBytes)
    const turn: Turn = { task, ops, meter, pause, made: [], owners: [], elements }
    this.#turn = turn
    try {
      const result = await work()
      // A result cut short by an abort may look complete.
      task.signal.throwIfAborted()
      const gpuMs = await ops.settle()
      const kept = new Set(keep(result, turn.made))
      ops.finish(kept)
      for (const owner of turn.owners) lease.add(owner)
      return { result, stores: [...kept], owners: turn.owners, gpuMs }
    } finally {
      ops.finish([])
      elements.end()
      this.#turn = undefined
    }
  }

  /** As `NodeContext.apart`; `perform` is that of these ops. */
  readonly apart = async <T>(of: (ops: Ops, perform: Perform) => Promise<T>): Promise<T> => {
    const { task, meter } = this.#now()
    const own = makeOps(this.#machine.devices, task.signal, (move) => meter.during('transfer', move))
    const { ops, perform, finish } = own
    try {
      return await of(ops, perform)
    } finally {
      finish([])
    }
  }

  #now(): Turn {
    if (!this.#turn) throw new Error('a node used its ops or inputs after it had ended')
    return this.#turn
  }

  /** A wired value as the node sees it. */
  outward(value: Wired): Value {
    if (value.kind !== 'series') return value
    const { length, element, labels } = value
    return {
      kind: 'sequence',
      length,
      element,
      ...(labels && { labels }),
      at: (index, signal) => this.#element(value, index, signal),
    } satisfies SequenceValue
  }

  async #element(series: Series, index: number, signal: AbortSignal): Promise<Value> {
    const turn = this.#now()
    if (!Number.isInteger(index) || index < 0 || index >= series.length)
      throw new SightlineError('sequence.index', { index, length: series.length })
    this.#onElement(index, series.length)
    const lease = new Lease()
    const task = { ...turn.task, signal: AbortSignal.any([signal, turn.task.signal]) }
    let given: Given
    try {
      task.signal.throwIfAborted()
      given = await turn.meter.during('wait', () => turn.pause(() => series.at(index, { task, lease }, this.#node)))
    } catch (error) {
      lease.end()
      throw error
    }
    const value = this.outward(given.value)
    if (this.#turn !== turn) {
      lease.end()
      throw new Error('a node ended before the elements it had asked for came')
    }
    if (given.value.kind === 'series') turn.owners.push(given.owner)
    turn.elements.add(lease)
    return value
  }
}

type AnyOps = Record<string, (...args: unknown[]) => Promise<unknown>>
