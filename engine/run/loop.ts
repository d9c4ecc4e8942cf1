/**
 * Keeps what a window shows up to date, one live run after the other. Newest wins: changes during a run are gathered, and the run
 * gives way to them, unless it is a quick preview that would never be seen if each gave way to the next.
 */
import type { Moves } from '../gpu/device.ts'
import type { FlatOutput } from '../graph/topology.ts'
import { pause } from '../memory/breathe.ts'
import type { MethodResult } from '../protocol/methods.ts'
import type { NodeStatus } from '../protocol/reports.ts'
import type { Services } from '../types/services.ts'
import { type Size, sizeOf } from '../values/index.ts'
import type { ExplicitRuns } from './explicit.ts'
import type { Feeds } from './feeds.ts'
import { partOf } from './framed.ts'
import { type Live, showEmitted, startLive } from './live.ts'
import { LiveReports } from './live-reports.ts'
import type { Plan } from './plan.ts'
import { quickTargets } from './quick.ts'
import { RunReports } from './reports.ts'
import type { Result } from './result.ts'
import { RunTime } from './run-time.ts'
import type { Status } from './status.ts'
import type { Views } from './views.ts'
import type { World } from './world.ts'

/** What to run next. */
export interface Due {
  /** Quick previews are enough. */
  readonly quick: boolean
  /** The document is the same, but something else of it is in view. */
  readonly quiet: boolean
  /** Another element of a sequence is in view. */
  readonly scrubbed: boolean
}

/** What to run next, and when it was requested. */
interface Pending extends Due {
  readonly at: number
}

export interface LoopOptions {
  readonly world: World
  readonly services: Services
  readonly views: Views
  readonly status: Status
  readonly explicit: ExplicitRuns
  /** What depends on live sources that play is theirs. */
  readonly feeds: Feeds
  readonly rev: () => number
  /** The plan of the newest document. Rejects when the session is closed. */
  readonly plan: () => Promise<Plan>
  /** A plan is about to be run. */
  readonly onPlan: (plan: Plan, rev: number) => void
  /** An internal error. */
  readonly fault: (error: unknown) => void
}

interface Running extends Due {
  readonly rev: number
  readonly plan: Plan
  readonly live: Live
  readonly reports: RunReports
  /** Of a full run that computes. */
  readonly time: RunTime | undefined
  readonly started: number
  /** After `cancel`: it shows only what is cached. */
  readonly cachedOnly: boolean
  /** The bytes moved to the GPU and back so far. */
  readonly moved: Moves | undefined
  ended: boolean
}

/** How often the previews of a long run are sent before its end, in ms. */
const interim = 150
/** What jobs emit is sent at most so often, in ms. */
const emissions = 50

const unfinished = new Set<NodeStatus>(['queued', 'running', 'draft'])

export class LiveLoop {
  readonly #options: LoopOptions
  readonly reports: LiveReports
  readonly #chosen = new Map<string, number>()
  /** Of what was shown last. */
  readonly #sizes = new Map<string, Size>()
  #due: Pending | undefined
  #running: Running | undefined
  #pumping = false
  #closed = false
  #stopped = false
  /** The last quick preview gave way to a newer one: the next does not. */
  #dropped = false
  /** How long quick previews take, in ms. */
  #expected = 30
  #interim: ReturnType<typeof setTimeout> | undefined
  /** When the first change was made that no full run has completed. */
  #since: number | undefined
  /** An explicit run has ended; the run that follows belongs to it. */
  #goesOn: RunTime | undefined
  /** Of the last run that computed anything. */
  #last: RunTime | undefined

  constructor(options: LoopOptions) {
    this.#options = options
    this.reports = new LiveReports(options)
  }

  /** The element shown of a node's sequence. */
  readonly chosen = (node: string): number => this.#chosen.get(node) ?? 0

  /** Chooses an element of the innermost sequence that the node shows, for everything that depends on it. Returns whether it changed. */
  choose(node: string, index: number): boolean {
    const root = this.reports.sequenceOf(node) ?? node
    if (this.chosen(root) === index) return false
    this.#chosen.set(root, index)
    return true
  }

  /** Another document. */
  reset(): void {
    this.#chosen.clear()
    this.#sizes.clear()
    this.reports.reset()
    this.#since = undefined
    this.#goesOn = undefined
    this.#last = undefined
  }

  /** Where the time of the last run went. */
  profile(): MethodResult<'profile'> {
    return this.#last ? { profile: this.#last.profile() } : {}
  }

  request(due: Due): void {
    if (!due.quiet || due.scrubbed) this.#stopped = false
    const at = performance.now()
    if (!due.quiet) this.#since ??= at
    const before = this.#due
    this.#due = before
      ? {
          quick: due.quick,
          quiet: due.quiet && before.quiet,
          scrubbed: due.scrubbed || before.scrubbed,
          at: due.quiet && !due.scrubbed ? before.at : at,
        }
      : { ...due, at }
    if (!this.#pumping) this.#pump().catch((error: unknown) => this.#fault(error))
  }

  /** Sends cached values that views do not have yet. */
  async flush(rev: number): Promise<void> {
    clearTimeout(this.#interim)
    this.#interim = undefined
    await this.#options.views.flush(rev)
  }

  /** What a job emitted is shown as its outputs until there is a result. */
  showJob(node: string, result: Result): void {
    const plan = this.#running?.plan
    if (!plan || this.#closed) return
    const { views, rev } = this.#options
    for (const { output } of plan.sights)
      if (output.node === node) showEmitted(result, output, (output, shown) => views.show(output, shown))
    this.#interim ??= setTimeout(() => this.#send(rev()), emissions)
  }

  /** After `cancel`: computes again. */
  resume(): void {
    this.#stopped = false
  }

  /** An explicit run has ended; the next run belongs to it. */
  follow(time: RunTime | undefined): void {
    if (!time) return
    time.end(performance.now())
    if (time.ran) this.#last = time
    this.#goesOn = this.#stopped ? undefined : time
  }

  /** Stops the current run. Nothing is computed until something is changed or requested; what is cached is shown. */
  cancel(): void {
    this.#due = undefined
    this.#stopped = true
    const running = this.#running
    if (!running || running.ended) return
    const { status } = this.#options
    running.live.abort()
    running.ended = true
    for (const id of running.plan.nodes.keys()) {
      const now = status.get(id)
      if (now && unfinished.has(now.status)) status.set(id, { status: 'idle' })
    }
    status.run(running.rev, { state: 'idle', ...progressOf(running) })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#interim)
    this.#running?.live.abort()
  }

  #fault(error: unknown): void {
    if (!this.#closed) this.#options.fault(error)
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      while (this.#due && !this.#closed) {
        const running = this.#running
        if (running && !running.ended && this.#letEnd(running, this.#due)) {
          await running.live.done
          running.ended = true
          continue
        }
        const due = this.#due
        this.#due = undefined
        await this.#start(due)
      }
    } finally {
      this.#pumping = false
    }
  }

  /** Whether the current run completes before the next one. */
  #letEnd(running: Running, due: Due): boolean {
    if (!running.quick && !(running.scrubbed && due.scrubbed)) return false
    // The last quick preview of a movement is shown before the full result is computed.
    if (running.quick && !due.quick && running.rev === this.#options.rev()) return true
    const early = performance.now() - running.started < this.#expected / 2
    if (this.#dropped || !early) return true
    this.#dropped = true
    return false
  }

  /** A run that only shows something else belongs to the one that it interrupts. */
  #timeOf({ quick, quiet, scrubbed, at }: Pending): RunTime | undefined {
    if (quick) return undefined
    const looks = quiet && !scrubbed
    const before = looks ? (this.#goesOn ?? (this.#since === undefined ? undefined : this.#running?.time)) : undefined
    before?.resume(at)
    return before ?? new RunTime(at, this.#since)
  }

  async #start(due: Pending): Promise<void> {
    const { world, services, views, feeds } = this.#options
    const rev = this.#options.rev()
    const plan = await this.#options.plan()
    if (this.#closed) return
    this.#options.onPlan(plan, rev)
    await pause()
    if (this.#closed) return
    this.reports.forget(plan)
    for (const id of this.#sizes.keys()) if (!plan.nodes.has(id.slice(0, id.indexOf('.')))) this.#sizes.delete(id)
    views.follow(plan.sights)
    for (const { output } of plan.sights) if (!plan.nodes.has(output.node)) views.clear(output)
    const fed = feeds.fed(plan)
    const own = fed.size > 0 ? partOf(plan, ({ node }) => !fed.has(node)) : plan
    const seen = ({ node, port }: FlatOutput): Size | undefined => this.#sizes.get(`${node}.${port}`)
    const quick = due.quick ? await quickTargets({ world, plan: own, seen }) : undefined
    if (this.#closed) return
    if (quick) views.keepWindows(new Set(quick.flatMap((target) => target.views ?? [])))

    const cachedOnly = this.#stopped
    const time = cachedOnly ? undefined : this.#timeOf(due)
    // As when a node was only moved.
    const quiet = due.quiet || this.reports.knows(plan)
    const reports = new RunReports(
      (node, report) => {
        if (this.#running !== running) return
        this.reports.take(plan, node, report, quiet)
        this.#tell(running)
      },
      due.quick ? undefined : plan.analysis.nodes,
    )
    const live = startLive({
      world,
      services,
      plan: own,
      quick,
      cachedOnly,
      chosen: this.chosen,
      since: time?.since,
      report: (node, event) => {
        if (due.quick) return
        time?.listen(node, event)
        reports.listen(node, event)
      },
      show: (output, shown, ids) => {
        views.show(output, shown, ids)
        const size = sizeOf(shown.shape)
        if (size) this.#sizes.set(`${output.node}.${output.port}`, size)
        if (due.quick && shown.quality === 'draft') this.reports.put(output.node, { status: 'draft' })
        if (!due.quick) this.#interim ??= setTimeout(() => this.#send(rev), interim)
      },
      clear: (output) => views.clear(output),
      onPath: (node, path) => this.reports.path(node, path),
    })
    const moves = world.machine.devices.gpu?.moves
    const started = performance.now()
    const running: Running = {
      ...{ ...due, rev, plan, live, reports, time, started, cachedOnly, moved: moves && { ...moves }, ended: false },
    }
    const before = this.#running
    this.#running = running
    live.adopt(!due.scrubbed)
    before?.live.abort()
    reports.block(plan)
    if (cachedOnly) reports.expect(plan.nodes.keys())
    else {
      if (!due.quick) reports.expect(this.reports.queue(plan))
      this.#tell(running)
    }
    this.#finish(running).catch((error: unknown) => this.#fault(error))
  }

  #tell(running: Running): void {
    const { status, explicit } = this.#options
    if (explicit.running || running.ended || running.cachedOnly) return
    status.run(running.rev, { state: running.quick ? 'draft' : 'full', ...this.#lastTime(), ...progressOf(running) })
  }

  async #finish(running: Running): Promise<void> {
    const { plan, reports, rev, time } = running
    const { status, explicit } = this.#options
    try {
      await running.live.done
    } finally {
      // A cancelled one has reported its end already.
      running.ended = true
    }
    if (this.#closed || this.#running !== running || running.live.aborted) return
    this.#dropped = false
    if (running.quick) {
      this.#expected += (performance.now() - running.started - this.#expected) / 4
      if (!running.cachedOnly) this.reports.drafted(plan)
    } else {
      reports.settle(plan)
      if (!running.cachedOnly) this.reports.settled(plan)
    }
    if (time) this.#ended(time, plan)
    await this.flush(rev)
    if (this.#closed || this.#running !== running) return
    const total = plan.analysis.nodes.size
    const moved = this.#movedSince(running)
    if (running.cachedOnly) status.run(rev, { state: 'idle', ...progressOf(running) })
    else if (!explicit.running)
      status.run(rev, { state: 'idle', ...this.#lastTime(), done: total, total, ...(moved && { moved }) })
    status.flush()
  }

  #lastTime(): { ms?: number } {
    return this.#last ? { ms: this.#last.ms } : {}
  }

  /** A run that had nothing to compute leaves the time of the one before. */
  #ended(time: RunTime, { nodes }: Plan): void {
    time.end(performance.now())
    this.#since = undefined
    this.#goesOn = undefined
    if (nodes.size === 0) this.#last = undefined
    else if (time.ran && !this.#options.explicit.running) this.#last = time
  }

  #movedSince({ moved }: Running): Moves | undefined {
    const { gpu } = this.#options.world.machine.devices
    if (!gpu || !moved || gpu.gone !== undefined) return undefined
    return { up: gpu.moves.up - moved.up, down: gpu.moves.down - moved.down }
  }

  #send(rev: number): void {
    this.flush(rev).catch((error: unknown) => this.#fault(error))
  }
}

/** Nodes that have their result, and all. */
function progressOf({ plan, reports }: Running): { done: number; total: number } {
  const total = plan.analysis.nodes.size
  return { done: total - reports.open, total }
}
