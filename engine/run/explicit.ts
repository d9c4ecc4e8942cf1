/**
 * Runs that the user asked for: effects and jobs, and all elements of sequences. They continue while the window is edited, as
 * long as their results are still wanted, and their outcome is remembered while the node is the same.
 */
import { neededBy } from '../graph/topology.ts'
import type { NodeReport } from '../protocol/messages.ts'
import type { Services } from '../types/services.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import type { Key } from './keys.ts'
import type { Plan } from './plan.ts'
import { RunReports } from './reports.ts'
import type { StatusMessage } from './status.ts'
import { runThrough, type Target } from './stream.ts'
import type { World } from './world.ts'

export interface ExplicitListener {
  report(node: string, report: NodeReport): void
  progress(run: StatusMessage['run']): void
  /** It has ended: nodes that waited for it may run, and that run reports when everything is done. */
  end(): void
  /** An internal error. */
  fault(error: unknown): void
}

interface Running {
  readonly controller: AbortController
  readonly targets: readonly Target[]
}

export class ExplicitRuns {
  readonly #world: World
  readonly #services: Services
  readonly #listener: ExplicitListener
  #running: Running | undefined
  /** The outcome of effects and jobs, and for which key. */
  readonly #came = new Map<string, { readonly key: Key; readonly report: NodeReport }>()

  constructor(world: World, services: Services, listener: ExplicitListener) {
    this.#world = world
    this.#services = services
    this.#listener = listener
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** Whether the current run reports on this node. */
  owns(node: string): boolean {
    return this.#running?.targets.some(({ planned }) => planned.node === node) ?? false
  }

  /** The outcome of a node that runs only on request. */
  reportOf(node: string, key: Key | undefined): NodeReport | undefined {
    const came = this.#came.get(node)
    return came && came.key === key ? came.report : undefined
  }

  /** Effects and jobs, or these nodes and what they need. A run under way is stopped first. */
  start(plan: Plan, nodes: readonly string[] | undefined): void {
    this.#running?.controller.abort(cancelled())
    const chosen = nodes && neededBy(plan.analysis.flat, nodes)
    const targets: Target[] = []
    for (const [id, planned] of plan.nodes) {
      if (chosen && !chosen.has(id)) continue
      const { kind } = planned.definition
      const named = nodes?.some((node) => id === node || id.startsWith(`${node}/`)) ?? false
      if (kind === 'effect' || kind === 'job' || named) targets.push({ planned, ports: [] })
    }
    const running = { controller: new AbortController(), targets }
    this.#running = running
    this.#run(running, plan).catch((error: unknown) => this.#listener.fault(error))
  }

  async #run(running: Running, plan: Plan): Promise<void> {
    const { targets, controller } = running
    const { signal } = controller
    const { full, drafts, machine } = this.#world
    const involved = neededBy(
      plan.analysis.flat,
      targets.map(({ planned }) => planned.node),
    )
    const reports = new RunReports((node, report) => {
      if (this.#running !== running || !involved.has(node)) return
      this.#listener.report(node, report)
      this.#listener.progress({ state: 'explicit', done: reports.done, total: involved.size })
    })
    const execution = new Execution(machine, {
      signal,
      services: this.#services,
      full,
      drafts,
      explicit: true,
      urgent: false,
      seen: new Set(),
      report: (node, event) => reports.listen(node, event),
    })
    this.#listener.progress({ state: 'explicit', done: 0, total: involved.size })
    try {
      await runThrough(execution, targets, {})
      reports.settle(plan)
      for (const { planned } of targets) {
        const report = cameOf(planned.node, reports)
        if (report) this.#came.set(planned.node, { key: planned.key, report })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      if (this.#running === running) {
        this.#running = undefined
        this.#listener.end()
      }
    }
  }

  /** The graph changed: stops a run whose results nobody wants any more. */
  keepOnly(plan: Plan): void {
    for (const id of this.#came.keys()) if (!plan.analysis.flat.nodes.has(id)) this.#came.delete(id)
    const running = this.#running
    if (running?.targets.some(({ planned }) => plan.nodes.get(planned.node)?.key !== planned.key))
      running.controller.abort(cancelled())
  }

  /** Returns whether there was one. */
  cancel(): boolean {
    this.#running?.controller.abort(cancelled())
    return this.running
  }

  close(): void {
    const running = this.#running
    this.#running = undefined
    running?.controller.abort(cancelled())
  }
}

/** If an element before the node failed and is not the one shown there, this node reports it. */
function cameOf(node: string, reports: RunReports): NodeReport | undefined {
  const report = reports.get(node)
  const upstream = report?.status === 'skipped' ? report.problem?.params.node : undefined
  const problem = upstream === undefined ? undefined : reports.get(String(upstream))?.problem
  return report && problem ? { ...report, status: 'error', problem } : report
}
