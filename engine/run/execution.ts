/**
 * One run over the steps of a plan, from those that are asked for backwards: what is cached needs nothing, what is not asks for
 * its inputs first. Independent steps run at the same time; a step that two others need is made once.
 */
import { againIfLost } from '../gpu/error.ts'
import { evaluate, givenBy, Mapped, type Outcome } from './evaluate.ts'
import { type Given, Lease, type Result } from './result.ts'
import type { Machine } from './scope.ts'
import type { Step } from './step.ts'
import { Stopped, type Task } from './task.ts'

interface Pending {
  readonly outcome: Promise<Outcome>
  /** Holds the outcome until all who wait have it. */
  readonly lease: Lease
  waiting: number
}

export class Execution {
  readonly task: Task
  readonly machine: Machine
  readonly #pending = new Map<Step, Pending>()
  /** What has failed in this run is not tried twice. */
  readonly #failed = new Map<Step, unknown>()
  /** Of steps that run for each element: whose sequence each level is. */
  readonly #roots = new Map<Step, readonly string[]>()

  constructor(machine: Machine, task: Task) {
    this.machine = machine
    this.task = task
  }

  /** The step's outcome, held by `lease`. Throws Stopped, or the signal's reason. */
  async resolve(step: Step, lease: Lease): Promise<Outcome> {
    this.task.signal.throwIfAborted()
    if (this.#failed.has(step)) throw this.#failed.get(step)
    const known = this.known(step)
    if (known) return lease.add(known)
    let pending = this.#pending.get(step)
    if (!pending) {
      const own = new Lease()
      pending = { outcome: this.#make(step, own), lease: own, waiting: 0 }
      this.#pending.set(step, pending)
    }
    pending.waiting++
    try {
      return lease.add(await pending.outcome)
    } catch (error) {
      if (!this.task.signal.aborted) this.#failed.set(step, error)
      throw error
    } finally {
      if (--pending.waiting === 0) {
        pending.lease.end()
        if (this.#pending.get(step) === pending) this.#pending.delete(step)
      }
    }
  }

  /** The whole result, where it is there. Not held. */
  known(step: Step): Result | undefined {
    const { task } = this
    const pool = step.draft ? task.drafts : task.full
    const known = pool.get(step.key)
    if (!known || known.problem || !known.has(step.wants)) return undefined
    if (step.definition.kind === 'effect' && task.explicit && !task.seen.has(step.key)) return undefined
    pool.counters.hits++
    if (!step.hidden) task.report(step.node, { type: 'done', run: false, ms: known.ms, result: known })
    return known
  }

  async #make(step: Step, held: Lease): Promise<Outcome> {
    // Long chains do not pile up on the stack.
    await null
    return againIfLost(() => this.#attempt(step, held))
  }

  async #attempt(step: Step, held: Lease): Promise<Outcome> {
    const lease = new Lease()
    try {
      const inputs: Record<string, Given> = {}
      const links = await Promise.allSettled(
        Object.entries(step.inputs).map(async ([port, link]) => {
          const given = givenBy(await this.resolve(link.step, lease), link.step, link.port)
          if (!given) throw new Stopped(link.step.node, 'waiting')
          inputs[port] = given
        }),
      )
      const reasons = links.flatMap((link) => (link.status === 'rejected' ? [link.reason as unknown] : []))
      // A failure says more than something that is missing.
      if (reasons.length > 0)
        throw reasons.find((reason) => reason instanceof Stopped && reason.why === 'failed') ?? reasons[0]
      const outcome = await evaluate(this.machine, step, step.key, inputs, { task: this.task, lease: held })
      if (outcome instanceof Mapped) this.#roots.set(step, this.#rootsOf(step, outcome))
      return outcome
    } finally {
      lease.end()
    }
  }

  #rootsOf(step: Step, mapped: Mapped): string[] {
    return Array.from({ length: mapped.levels }, (_, level) => {
      for (const port of mapped.each) {
        const link = step.inputs[port]
        if (link && (mapped.excess[port] ?? 0) > level) return this.rootOf(link.step, level)
      }
      return step.node
    })
  }

  /** The node whose sequence level `level` (0: the outermost) of what `step` gives is gone through. */
  rootOf(step: Step, level: number): string {
    return this.#roots.get(step)?.[level] ?? step.node
  }
}
