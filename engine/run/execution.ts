/**
 * One run over the nodes of a plan, backwards from the requested ones: cached nodes need nothing, the others resolve their inputs
 * first. Independent nodes run concurrently; a node that two others need runs once.
 */
import { againIfLost } from '../gpu/error.ts'
import { beginStretch, pause } from '../memory/breathe.ts'
import { evaluate, givenBy, Mapped, madeAnew, type Outcome } from './evaluate.ts'
import { restored } from './kept-results.ts'
import { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given, Result } from './result.ts'
import type { Machine } from './scope.ts'
import { madeFor, poolOf, Stopped, type Task } from './task.ts'

interface Pending {
  readonly outcome: Promise<Outcome>
  /** Holds the outcome until all who wait have it. */
  readonly lease: Lease
  waiting: number
}

export class Execution {
  readonly task: Task
  readonly machine: Machine
  readonly #pending = new Map<PlannedNode, Pending>()
  /** What failed in this run is not tried twice. */
  readonly #failed = new Map<PlannedNode, unknown>()
  /** For nodes that run for each element: whose sequence each level is. */
  readonly #roots = new Map<PlannedNode, readonly string[]>()

  constructor(machine: Machine, task: Task) {
    this.machine = machine
    this.task = task
    beginStretch()
  }

  /** The node's outcome, held by `lease`. Throws Stopped, or the signal's reason. */
  async resolve(planned: PlannedNode, lease: Lease): Promise<Outcome> {
    this.task.signal.throwIfAborted()
    if (this.#failed.has(planned)) throw this.#failed.get(planned)
    const known = this.known(planned)
    if (known) return lease.add(known)
    let pending = this.#pending.get(planned)
    if (!pending) {
      const own = new Lease()
      pending = { outcome: this.#make(planned, own), lease: own, waiting: 0 }
      this.#pending.set(planned, pending)
    }
    pending.waiting++
    try {
      return lease.add(await pending.outcome)
    } catch (error) {
      if (!this.task.signal.aborted) this.#failed.set(planned, error)
      throw error
    } finally {
      if (--pending.waiting === 0) {
        pending.lease.end()
        if (this.#pending.get(planned) === pending) this.#pending.delete(planned)
      }
    }
  }

  /** The whole result, if it is cached. Not held. */
  known(planned: PlannedNode): Result | undefined {
    const { task } = this
    const pool = poolOf(planned, task)
    const known = pool.get(planned.key)
    if (!known || known.problem || !known.has(planned.wants)) return undefined
    if (madeAnew(planned, task) && task.explicit && !task.seen.has(planned.key)) return undefined
    pool.counters.hits++
    if (!planned.hidden)
      task.report(planned.node, { type: 'done', run: madeFor(task, known), ms: known.ms, result: known })
    return known
  }

  async #make(planned: PlannedNode, held: Lease): Promise<Outcome> {
    // Keeps long chains off the call stack.
    await pause()
    return againIfLost(() => this.#attempt(planned, held))
  }

  async #attempt(planned: PlannedNode, held: Lease): Promise<Outcome> {
    const lease = new Lease()
    try {
      const visit = { task: this.task, lease: held }
      if (await restored(this.machine, planned, planned.key, this.task, lease))
        return await evaluate(this.machine, planned, planned.key, {}, visit)
      const inputs: Record<string, Given> = {}
      const links = await Promise.allSettled(
        Object.entries(planned.inputs).map(async ([port, link]) => {
          const given = givenBy(await this.resolve(link.from, lease), link.from, link.port)
          if (!given) throw new Stopped(link.from.node, 'waiting')
          inputs[port] = given
        }),
      )
      const reasons = links.flatMap((link) => (link.status === 'rejected' ? [link.reason as unknown] : []))
      // A failure is more informative than a missing input.
      if (reasons.length > 0)
        throw reasons.find((reason) => reason instanceof Stopped && reason.why === 'failed') ?? reasons[0]
      const outcome = await evaluate(this.machine, planned, planned.key, inputs, visit)
      if (outcome instanceof Mapped) this.#roots.set(planned, this.#rootsOf(planned, outcome))
      return outcome
    } finally {
      lease.end()
    }
  }

  #rootsOf(planned: PlannedNode, mapped: Mapped): string[] {
    return Array.from({ length: mapped.levels }, (_, level) => {
      for (const port of mapped.each) {
        const link = planned.inputs[port]
        if (link && (mapped.excess[port] ?? 0) > level) return this.rootOf(link.from, level)
      }
      return planned.node
    })
  }

  /** The node whose sequence level `level` (0: the outermost) of this node's output iterates over. */
  rootOf(planned: PlannedNode, level: number): string {
    return this.#roots.get(planned)?.[level] ?? planned.node
  }
}
