/**
 * Runs that the user asked for: effects and jobs, and all elements of sequences. They continue while the window is edited, as
 * long as their results are still wanted, and their outcome is remembered while the node is the same.
 */
import { neededBy } from '../graph/topology.ts'
import type { NodeReport } from '../protocol/reports.ts'
import type { Services } from '../types/services.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import { type Key, wholeOf } from './keys.ts'
import type { Plan } from './plan.ts'
import type { PlannedNode } from './planned-node.ts'
import { RunReports } from './reports.ts'
import type { Result } from './result.ts'
import { RunTime } from './run-time.ts'
import type { StatusMessage } from './status.ts'
import { runThrough, type Target } from './stream.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export interface ExplicitListener {
  report(node: string, report: NodeReport): void
  progress(run: StatusMessage['run']): void
  /** A job shows what it has so far. */
  emitted(node: string, result: Result): void
  /**
   * A run has ended: nodes that waited for it may run, and that run reports when everything is done.
   * @param stopped the user has cancelled it
   * @param time of all that ran together, once the last has ended
   */
  end(stopped: boolean, time: RunTime | undefined): void
  /** An internal error. */
  fault(error: unknown): void
}

interface Running {
  readonly controller: AbortController
  readonly targets: readonly Target[]
  readonly plan: Plan
  readonly restart: boolean
  /** The targets and everything upstream of them. */
  readonly involved: ReadonlySet<string>
  readonly reports: RunReports
  /** The user has cancelled it. */
  stopped: boolean
  /** Shared by all that run together. */
  readonly time: RunTime
}

export class ExplicitRuns {
  readonly #world: World
  readonly #services: Services
  readonly #listener: ExplicitListener
  /** Several at a time: a job may take hours, and other nodes can be run meanwhile. */
  readonly #running = new Set<Running>()
  /** The outcome of effects and jobs, and for which key. */
  readonly #came = new Map<string, { readonly key: Key; readonly report: NodeReport }>()

  constructor(world: World, services: Services, listener: ExplicitListener) {
    this.#world = world
    this.#services = services
    this.#listener = listener
  }

  get running(): boolean {
    return this.#running.size > 0
  }

  /** Whether a current run reports on this node. */
  owns(node: string): boolean {
    return [...this.#running].some(({ targets }) => targets.some(({ planned }) => planned.node === node))
  }

  /** The outcome of a node that runs only on request. */
  reportOf(node: string, key: Key | undefined): NodeReport | undefined {
    const came = this.#came.get(node)
    return came && came.key === key ? came.report : undefined
  }

  /**
   * Effects and jobs, or these nodes and what they need. It replaces a current run of the same nodes, whose jobs continue unless
   * they are to start from the beginning.
   */
  start(plan: Plan, nodes: readonly string[] | undefined, restart: boolean): void {
    const { full, machine } = this.#world
    const chosen = nodes && neededBy(plan.analysis.flat, nodes)
    const targets: Target[] = []
    for (const [id, planned] of plan.nodes) {
      if (chosen && !chosen.has(id)) continue
      const { kind } = planned.definition
      const named = nodes?.some((node) => id === node || id.startsWith(`${node}/`)) ?? false
      machine.jobs.allow(planned.key)
      if (kind === 'effect' || kind === 'job' || named) targets.push({ planned, ports: [] })
    }
    const ids = targets.map(({ planned }) => planned.node)
    const jobs = new Set(
      targets.flatMap(({ planned: { definition, key } }) => (definition.kind === 'job' ? [key] : [])),
    )
    const leave = restart ? () => undefined : full.flights.adopt((key) => jobs.has(wholeOf(key)))
    for (const other of this.#running) if (ids.some((id) => other.involved.has(id))) this.#stop(other)
    const involved = neededBy(plan.analysis.flat, ids)
    const [beside] = this.#running
    const time = beside?.time ?? new RunTime(performance.now())
    const reports = new RunReports((node, report) => {
      if (!this.#running.has(running) || !involved.has(node)) return
      this.#listener.report(node, report)
      this.#tell()
    }, plan.analysis.nodes)
    const running: Running = {
      ...{ controller: new AbortController(), targets, plan, restart, involved, reports, time, stopped: false },
    }
    const asked = new Set(ids)
    reports.expect(
      [...involved].filter((id) => {
        const planned = plan.nodes.get(id)
        return planned && (asked.has(id) || !full.has(planned.key, planned.wants))
      }),
    )
    this.#running.add(running)
    this.#run(running)
      .catch((error: unknown) => this.#listener.fault(error))
      .finally(leave)
  }

  #tell(): void {
    let [done, total] = [0, 0]
    const parts: number[] = []
    for (const { reports, involved, targets } of this.#running) {
      done += involved.size - reports.open
      total += involved.size
      for (const { planned } of targets) parts.push(reports.fractionOf(planned.node))
    }
    const fraction = parts.reduce((sum, part) => sum + part, 0) / Math.max(1, parts.length)
    this.#listener.progress({ state: 'explicit', done, total, fraction })
  }

  async #run(running: Running): Promise<void> {
    const { targets, controller, plan, restart, reports, time } = running
    const { signal } = controller
    const { full, drafts, machine, definitions } = this.#world
    const execution = new Execution(machine, {
      targets: new Targets({
        definitions,
        services: this.#services,
        signal,
        nodes: plan.nodes.values(),
        running: targets.map(({ planned }) => planned),
      }),
      signal,
      services: this.#services,
      full,
      drafts,
      explicit: true,
      restart,
      urgent: false,
      seen: new Set(),
      since: time.since,
      report: (node, event) => {
        time.listen(node, event)
        reports.listen(node, event)
        if (event.type === 'emitted' && this.#running.has(running)) this.#listener.emitted(node, event.result)
      },
    })
    this.#tell()
    try {
      await runThrough(execution, targets, {})
      reports.settle(plan)
      for (const { planned } of targets) {
        const report = cameOf(planned.node, reports)
        // A job that was paused here may be finished elsewhere.
        if (report && report.status !== 'paused') this.#came.set(planned.node, { key: planned.key, report })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.#end(running)
    }
  }

  #end(running: Running): void {
    if (!this.#running.delete(running)) return
    if (this.running) this.#tell()
    this.#listener.end(running.stopped, this.running ? undefined : running.time)
  }

  #stop(running: Running): void {
    this.#running.delete(running)
    running.controller.abort(cancelled())
  }

  /** The jobs of these nodes, or all that run, end at their next checkpoint. */
  pause(nodes: readonly string[] | undefined): void {
    const meant = (id: string): boolean => !nodes || nodes.some((node) => id === node || id.startsWith(`${node}/`))
    for (const { targets } of this.#running)
      for (const { planned } of targets)
        if (planned.definition.kind === 'job' && meant(planned.node)) this.#world.machine.jobs.pause(planned.key)
  }

  /** The graph changed: stops runs whose results nobody wants any more. */
  keepOnly(plan: Plan): void {
    for (const id of this.#came.keys()) if (!plan.analysis.flat.nodes.has(id)) this.#came.delete(id)
    for (const { targets, controller } of this.#running)
      if (targets.some(({ planned }) => !sameNode(plan.nodes.get(planned.node), planned))) controller.abort(cancelled())
  }

  /** The user stops all of them. */
  cancel(): void {
    for (const running of this.#running) {
      running.stopped = true
      running.controller.abort(cancelled())
    }
  }

  close(): void {
    for (const running of [...this.#running]) this.#stop(running)
  }
}

/** Whether it is the same node, on whatever frame. */
const sameNode = (a: PlannedNode | undefined, b: PlannedNode): boolean => (a?.base ?? a?.key) === (b.base ?? b.key)

/** If an element before the node failed and is not the one shown there, this node reports it. */
function cameOf(node: string, reports: RunReports): NodeReport | undefined {
  const report = reports.get(node)
  const [first] = (report?.status === 'done' && report.elements?.problems) || []
  if (report && first) return { ...report, status: 'error', problem: first }
  const upstream = report?.status === 'skipped' ? report.problem?.params.node : undefined
  const problem = upstream === undefined ? undefined : reports.get(String(upstream))?.problem
  return report && problem ? { ...report, status: 'error', problem } : report
}
