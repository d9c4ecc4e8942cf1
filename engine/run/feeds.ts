/**
 * The live sources of a window. While some play, a loop of its own takes their newest frames, runs what depends on them, shows
 * it, and asks for the next: frames that come meanwhile are dropped at their source, so nothing piles up. What is made of a frame
 * is kept in a pool of its own until the next frame; everything else is computed once, by the window's other loop, and cached.
 */
import type { FeedReport, NodeReport } from '../protocol/reports.ts'
import type { Cameras } from '../types/feed.ts'
import type { Problem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { Level } from './current.ts'
import { Feed } from './feed.ts'
import { fedBy, partOf, type Taken, withFrames } from './framed.ts'
import { wholeOf } from './keys.ts'
import { keysOf, type Live, startLive } from './live.ts'
import type { Plan } from './plan.ts'
import type { Pool } from './pool.ts'
import { RunReports } from './reports.ts'
import type { Views } from './views.ts'
import type { World } from './world.ts'

export interface FeedsOptions {
  readonly world: World
  readonly services: Services
  readonly cameras: Cameras
  readonly views: Views
  readonly rev: () => number
  /** The plan of the newest document. Rejects when the session is closed. */
  readonly plan: () => Promise<Plan>
  /** The element shown of a node's sequence. */
  readonly chosen: (node: string) => number
  readonly report: (node: string, report: NodeReport) => void
  readonly onPath: (node: string, path: readonly Level[]) => void
  /** Sources have stopped: what depends on them is to be run as everything else. */
  readonly stopped: () => void
  /** Resolves when the window has taken what was sent to it. */
  readonly ready: () => Promise<void>
  /** An internal error. */
  readonly fault: (error: unknown) => void
}

/** How often counters and times are reported, in ms. */
const interval = 250

interface Told {
  report: NodeReport
  sent: boolean
}

export class Feeds {
  readonly #options: FeedsOptions
  readonly #feeds = new Map<string, Feed>()
  /** What the nodes report that depend on the sources that play. */
  readonly #told = new Map<string, Told>()
  #fed: { readonly plan: Plan; readonly playing: string; readonly nodes: ReadonlySet<string> } | undefined
  #still: { readonly plan: Plan; readonly names: string; readonly made: Plan } | undefined
  #pool: Pool | undefined
  #live: Live | undefined
  #pumping = false
  #hasChanged = false
  #wake: (() => void) | undefined
  #reported = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: FeedsOptions) {
    this.#options = options
  }

  get playing(): boolean {
    return this.#playing.size > 0
  }

  get #playing(): ReadonlySet<string> {
    return new Set([...this.#feeds].flatMap(([node, feed]) => (feed.playing ? [node] : [])))
  }

  /** Where results of frames are, while something plays. */
  get pool(): Pool | undefined {
    return this.#pool
  }

  /** The nodes that run for each frame. */
  fed(plan: Plan): ReadonlySet<string> {
    const playing = [...this.#playing].join(' ')
    if (this.#fed?.plan !== plan || this.#fed.playing !== playing)
      this.#fed = { plan, playing, nodes: fedBy(plan, this.#playing) }
    return this.#fed.nodes
  }

  /** Whether the newest plan has this node run for each frame. */
  owns(node: string): boolean {
    return this.#fed !== undefined && this.fed(this.#fed.plan).has(node)
  }

  /** What a source adds to its node's report. */
  reportOf(node: string): { readonly feed: FeedReport; readonly problem?: Problem } | undefined {
    const feed = this.#feeds.get(node)
    return feed && { feed: feed.report, ...(feed.problem && { problem: feed.problem }) }
  }

  /** The frames of the sources, as far as they have one. */
  #frames(taken: (feed: Feed, node: string) => Taken | undefined): ReadonlyMap<string, Taken> {
    return new Map(
      [...this.#feeds].flatMap(([node, feed]) => {
        const frame = taken(feed, node)
        return frame ? [[node, frame]] : []
      }),
    )
  }

  /** The plan on the last frames of the sources that have stopped: these results are cached as any others. */
  still(plan: Plan): Plan {
    const frames = this.#frames((feed, node) => {
      const planned = plan.nodes.get(node)
      return planned && feed.left(planned)
    })
    const names = JSON.stringify([...frames].map(([node, { name }]) => [node, name]))
    if (this.#still?.plan !== plan || this.#still.names !== names)
      this.#still = { plan, names, made: withFrames(plan, frames, false) }
    return this.#still.made
  }

  /** The plan on the newest frames of the sources that play, too. `live`: their results are not to be kept. */
  current(still: Plan, live: boolean): Plan {
    const frames = this.#frames((feed) => (feed.playing ? feed.taken : undefined))
    return withFrames(still, frames, live)
  }

  #feed(node: string): Feed {
    const { world, services, cameras } = this.#options
    const known = this.#feeds.get(node)
    const feed = known ?? new Feed({ clock: world.clock, services, cameras }, () => this.#notify())
    if (!known) this.#feeds.set(node, feed)
    return feed
  }

  /** Starts these sources (`outer/inner`, or all inside `outer`); absent: all there are. */
  async play(nodes: readonly string[] | undefined): Promise<void> {
    const plan = await this.#options.plan()
    if (this.#closed) return
    for (const [id, planned] of plan.nodes) {
      if (!planned.definition.feed || !meant(id, nodes)) continue
      this.#feed(id).play(planned)
      this.#options.report(id, { status: 'running' })
    }
    this.fed(plan)
    this.#pool ??= this.#options.world.lendPool()
    this.#notify()
    if (!this.#pumping) this.#pump().catch((error: unknown) => this.#fault(error))
  }

  /** Stops these sources, or all. Their last frames stay. */
  stop(nodes?: readonly string[]): void {
    let some = false
    for (const [id, feed] of this.#feeds) {
      if (!feed.playing || !meant(id, nodes)) continue
      feed.stop()
      some = true
    }
    if (!some) return
    this.#live?.abort()
    this.#notify()
  }

  /** The graph or what is in view has changed: sources that are gone stop, and the frame is shown anew. */
  follow(plan: Plan): void {
    for (const [id, feed] of this.#feeds) {
      const planned = plan.nodes.get(id)
      if (!planned?.definition.feed) {
        feed.stop()
        this.#feeds.delete(id)
      } else if (feed.playing) feed.play(planned)
    }
    for (const [id, { definition }] of plan.nodes) if (definition.feed) this.#feed(id)
    this.fed(plan)
    if (this.#pumping) this.#notify()
  }

  /** Another document. */
  reset(): void {
    for (const feed of this.#feeds.values()) feed.stop()
    this.#feeds.clear()
    this.#told.clear()
    this.#fed = undefined
    this.#live?.abort()
    this.#notify()
  }

  close(): void {
    this.#closed = true
    this.reset()
    if (this.#pool) this.#options.world.returnPool(this.#pool)
    this.#pool = undefined
  }

  #fault(error: unknown): void {
    if (!this.#closed) this.#options.fault(error)
  }

  #notify(): void {
    this.#hasChanged = true
    this.#wake?.()
  }

  /** Waits for a frame, or for a change. */
  async #waitForChange(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    this.#wake = undefined
    this.#hasChanged = false
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      let playing = this.#playing
      while (playing.size > 0 && !this.#closed) {
        for (const feed of this.#feeds.values()) feed.ask()
        await this.#waitForChange()
        for (const feed of this.#feeds.values()) feed.take()
        const before = playing
        playing = this.#playing
        if (this.#closed) break
        if ([...before].some((node) => !playing.has(node))) this.#handOver()
        if (playing.size > 0) await this.#show()
      }
    } finally {
      this.#pumping = false
    }
  }

  /** Some have stopped: what depends on them belongs to the other loop from now on. */
  #handOver(): void {
    for (const node of this.#told.keys()) if (!this.owns(node)) this.#told.delete(node)
    if (!this.playing) this.#pool?.keepOnly(() => false)
    this.#options.stopped()
  }

  /** Runs what depends on the frames, and shows it. */
  async #show(): Promise<void> {
    const { world, services, views, rev, chosen, onPath, ready } = this.#options
    const still = await this.#options.plan()
    if (this.#closed) return
    const fed = this.fed(still)
    const plan = partOf(this.current(still, true), ({ node, live }) => live === true && fed.has(node))
    if (plan.nodes.size === 0) return
    const keys = keysOf([...plan.nodes.values()])
    this.#pool?.keepOnly((key) => keys.has(wholeOf(key)))
    views.follow(still.sights)
    const reports = new RunReports(() => undefined)
    const live = startLive({
      world,
      services,
      plan,
      frames: this.#pool,
      chosen,
      report: (node, event) => reports.listen(node, event),
      show: (output, shown) => views.show(output, shown),
      clear: (output) => views.clear(output),
      onPath,
    })
    this.#live = live
    try {
      await live.done
    } finally {
      this.#live = undefined
    }
    if (this.#closed || live.aborted) return
    reports.settle(still)
    await views.flush(rev())
    for (const feed of this.#feeds.values()) feed.show()
    for (const id of plan.nodes.keys()) this.#tell(id, reports.get(id))
    this.#tellFeeds()
    await ready()
  }

  /** Times change with every frame, and are told now and then; an error is told at once. */
  #tell(node: string, report: NodeReport | undefined): void {
    if (!report) return
    const before = this.#told.get(node)
    const told: Told = before ?? { report, sent: false }
    if (before?.report.status !== report.status || before.report.problem?.code !== report.problem?.code)
      told.sent = false
    told.report = report
    this.#told.set(node, told)
    if (told.sent) return
    told.sent = true
    this.#options.report(node, report)
  }

  #tellFeeds(): void {
    const now = this.#options.world.clock.now()
    if (now - this.#reported < interval) return
    this.#reported = now
    for (const [node, { report }] of this.#told) this.#options.report(node, report)
  }
}

const meant = (id: string, nodes: readonly string[] | undefined): boolean =>
  !nodes || nodes.some((node) => id === node || id.startsWith(`${node}/`))
