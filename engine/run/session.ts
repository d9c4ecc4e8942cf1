/** One window's graph: mirrors the document by numbered edits, and answers the window's messages and questions. */
import { type Document, emptyDocument } from '../graph/document.ts'
import { applyEdit } from '../graph/edit.ts'
import { parseFile, parsingFile, serialise } from '../graph/file.ts'
import { resolve } from '../graph/topology.ts'
import { beginStretch, inParts } from '../memory/breathe.ts'
import { type Devices, deviceOf } from '../ops/context.ts'
import type { ClientMessage } from '../protocol/messages.ts'
import { type MethodResult, methods } from '../protocol/methods.ts'
import { type Problem, SightlineError, toProblem } from '../types/problem.ts'
import { AnalysisTold } from './analysis.ts'
import { WindowCameras } from './cameras.ts'
import type { Definitions } from './definitions.ts'
import type { Session, SessionOptions } from './engine.ts'
import { estimate } from './estimate.ts'
import { ExplicitRuns } from './explicit.ts'
import { Feeds } from './feeds.ts'
import { holdings, release, usedMemory } from './holdings.ts'
import { Inspector } from './inspect.ts'
import { LiveLoop } from './loop.ts'
import type { Plan } from './plan.ts'
import { Planner } from './planner.ts'
import { Status } from './status.ts'
import { Views } from './views.ts'
import type { World } from './world.ts'

type Given = Parameters<Session['receive']>
type Message<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>

export class LiveSession implements Session {
  #document: Document = emptyDocument
  #rev = 0
  readonly #world: World
  readonly #options: SessionOptions
  readonly #definitions: Definitions
  readonly #devices: Devices
  readonly #planner: Planner
  readonly #views: Views
  readonly #status: Status
  readonly #told = new AnalysisTold()
  readonly #explicit: ExplicitRuns
  readonly #cameras: WindowCameras
  readonly #feeds: Feeds
  readonly #loop: LiveLoop
  readonly #inspector: Inspector
  #plan: Plan | undefined
  /** A slider moves. */
  #moving = false
  /** Edits are ignored until the whole document arrives. */
  #outOfStep = true
  #closed = false
  #reading: Promise<void> | undefined
  readonly #later: Given[] = []

  constructor(world: World, options: SessionOptions) {
    const { services, send } = options
    const fault = (error: unknown): void => this.#fault(error)
    const plan = async (): Promise<Plan> => this.#feeds.still(await this.#planner.plan(this.#document, this.#views))
    this.#world = world
    this.#options = options
    this.#definitions = world.definitions
    this.#devices = world.machine.devices
    this.#planner = new Planner(world, options, () =>
      this.#loop.request({ quick: this.#moving, quiet: false, scrubbed: false }),
    )
    this.#status = new Status(
      (message) => send(message),
      () => usedMemory(world),
    )
    this.#views = new Views(
      world.machine,
      (frame, tails) => send(frame, tails),
      ({ node }, problem) => this.#status.set(node, { status: 'error', problem }),
    )
    this.#explicit = new ExplicitRuns(world, services, {
      report: (node, report) => this.#status.set(node, report),
      progress: (run) => this.#status.run(this.#rev, run),
      emitted: (node, result) => this.#loop.showJob(node, result),
      end: (stopped, time) => {
        this.#loop.follow(time)
        if (!stopped) this.#loop.resume()
        this.#loop.request({ quick: this.#moving, quiet: true, scrubbed: false })
      },
      fault,
    })
    this.#cameras = new WindowCameras(world.clock, (message) => send(message))
    this.#feeds = new Feeds({
      world,
      services,
      cameras: this.#cameras,
      views: this.#views,
      rev: () => this.#rev,
      plan,
      chosen: (node) => this.#loop.chosen(node),
      report: (node, report) => this.#loop.reports.put(node, report),
      onPath: (node, path) => this.#loop.reports.path(node, path),
      stopped: () => this.#loop.request({ quick: this.#moving, quiet: false, scrubbed: false }),
      ready: async () => options.ready?.(),
      fault,
    })
    this.#loop = new LiveLoop({
      world,
      services,
      views: this.#views,
      status: this.#status,
      explicit: this.#explicit,
      feeds: this.#feeds,
      rev: () => this.#rev,
      plan,
      onPlan: (made, rev) => this.#onPlan(made, rev),
      fault,
    })
    this.#inspector = new Inspector(world, services, {
      plan: async () => this.#feeds.current(await plan(), true),
      frames: () => this.#feeds.pool,
      chosen: this.#loop.chosen,
      quick: (node, port) => {
        const output = this.#plan && resolve(this.#plan.analysis.flat, node, port)
        // Of what plays, the numbers are those on the screen.
        return output && (this.#moving || this.#feeds.owns(output.node)) ? this.#views.shown(output) : []
      },
    })
  }

  get document(): Document {
    return this.#document
  }

  get rev(): number {
    return this.#rev
  }

  get reading(): Promise<void> | undefined {
    return this.#reading
  }

  receive(...given: Given): void {
    if (this.#closed) return
    if (this.#reading) {
      this.#later.push(given)
      return
    }
    beginStretch()
    const reading = this.#take(...given)
    if (reading) this.#reading = this.#takeLater(reading)
  }

  /** What comes while a document is read waits for it, so that messages are handled in their order. */
  async #takeLater(reading: Promise<void>): Promise<void> {
    await reading
    for (let next = this.#later.shift(); next && !this.#closed; next = this.#later.shift())
      try {
        await this.#take(...next)
      } catch (error) {
        this.#fault(error)
      }
    this.#reading = undefined
  }

  #take(...[message, tail = new Uint8Array()]: Given): Promise<void> | undefined {
    switch (message.type) {
      case 'open':
        return this.#open(message)
      case 'edit':
        this.#edit(message)
        break
      case 'settle':
        if (!this.#moving) break
        this.#moving = false
        this.#loop.request({ quick: false, quiet: false, scrubbed: false })
        break
      case 'views':
        // While something moves, the scale may differ for these.
        if (this.#views.set(message.views) || this.#moving)
          this.#loop.request({ quick: this.#moving, quiet: true, scrubbed: false })
        else this.#loop.flush(this.#rev).catch((error: unknown) => this.#fault(error))
        break
      case 'scrub':
        if (this.#loop.choose(message.node, message.index))
          this.#loop.request({ quick: this.#moving, quiet: true, scrubbed: true })
        break
      case 'run':
        this.#run(message.nodes, message.restart).catch((error: unknown) => this.#fault(error))
        break
      case 'pause':
        this.#explicit.pause(message.nodes)
        break
      case 'cancel':
        // Both, because the live run may be at the same nodes, or start them when the explicit run has ended.
        this.#explicit.cancel()
        this.#loop.cancel()
        break
      case 'play':
        this.#feeds.play(message.nodes).catch((error: unknown) => this.#fault(error))
        break
      case 'stop':
        this.#feeds.stop(message.nodes)
        break
      case 'frame':
        this.#cameras.take(message, tail)
        break
      case 'camera-failed':
        this.#cameras.fail(message)
        break
    }
  }

  async request(method: Parameters<Session['request']>[0], params: unknown): Promise<unknown> {
    await this.#reading
    if (method === 'memory') return holdings(this.#world, this.#plan)
    if (method === 'release') return { freed: release(this.#world, this.#plan, methods.release.params.parse(params)) }
    if (method === 'upgrade') return this.#upgrade(params)
    if (method === 'profile') return this.#loop.profile()
    if (method === 'estimate') return this.#estimate(methods.estimate.params.parse(params))
    return this.#inspector.answer(method, params)
  }

  async #estimate({ nodes }: ReturnType<typeof methods.estimate.params.parse>): Promise<MethodResult<'estimate'>> {
    const plan = this.#feeds.still(await this.#planner.plan(this.#document, this.#views))
    const { models } = this.#definitions.context(this.#options.services, new AbortController().signal)
    return estimate(this.#world, { plan: this.#feeds.current(plan, false), nodes, models })
  }

  #upgrade(params: unknown): MethodResult<'upgrade'> {
    const { document } = methods.upgrade.params.parse(params)
    return { document: serialise(this.#definitions.upgraded(parseFile(document))) }
  }

  changed(path: string): void {
    if (this.#closed || !this.#planner.changed(path)) return
    this.#loop.request({ quick: this.#moving, quiet: false, scrubbed: false })
  }

  /** The GPU is gone: results that were only there are computed again on the CPU. */
  lost(name: string, reason: string): void {
    if (this.#closed) return
    const { send } = this.#options
    send({ type: 'device', device: deviceOf(this.#devices) })
    send({ type: 'notice', problem: { code: 'gpu.lost', params: { name, reason } } })
    if (!this.#outOfStep) this.#loop.request({ quick: this.#moving, quiet: false, scrubbed: false })
  }

  close(): void {
    void this.end()
  }

  /** Resolves when none of its work is under way any more. */
  async end(): Promise<void> {
    this.#closed = true
    this.#loop.close()
    this.#feeds.close()
    this.#explicit.close()
    this.#planner.close()
    this.#status.close()
    this.#inspector.close()
    await this.#views.close()
  }

  #open({ rev, document }: Message<'open'>): Promise<void> | undefined {
    const opened = (read: Document): void => this.#opened(rev, read)
    const refused = (error: unknown): void => this.#opened(rev, emptyDocument, toProblem(error))
    try {
      const read = inParts(parsingFile(document))
      if (read instanceof Promise) return read.then(opened, refused)
      opened(read)
    } catch (error) {
      refused(error)
    }
  }

  #opened(rev: number, document: Document, problem?: Problem): void {
    if (this.#closed) return
    this.#document = document
    this.#rev = rev
    this.#outOfStep = false
    this.#moving = false
    this.#loop.reset()
    this.#feeds.reset()
    this.#planner.forget()
    this.#views.forget()
    this.#status.forget()
    this.#told.forget(problem)
    this.#loop.request({ quick: false, quiet: false, scrubbed: false })
  }

  #edit({ rev, edit, draft }: Message<'edit'>): void {
    if (this.#outOfStep) return
    try {
      const expected = this.#rev + 1
      if (rev !== expected) throw new SightlineError('protocol.out-of-step', { expected, given: rev })
      this.#document = applyEdit(this.#document, edit).document
    } catch (error) {
      this.#outOfStep = true
      this.#options.send({ type: 'resync', problem: toProblem(error) })
      return
    }
    this.#rev = rev
    this.#moving = draft
    this.#loop.request({ quick: draft, quiet: false, scrubbed: false })
  }

  async #run(nodes: readonly string[] | undefined, restart: boolean): Promise<void> {
    // An explicit run reads the files as they are now.
    this.#planner.forget()
    const plan = this.#feeds.still(await this.#planner.plan(this.#document, this.#views))
    // What depends on live sources runs on the frames there are now.
    if (!this.#closed) this.#explicit.start(this.#feeds.current(plan, false), nodes, restart)
  }

  #onPlan(plan: Plan, rev: number): void {
    this.#plan = plan
    this.#status.graph(plan.analysis.flat)
    const message = this.#told.message(rev, plan.analysis)
    if (message) this.#options.send(message)
    this.#explicit.keepOnly(plan)
    this.#feeds.follow(plan)
  }

  /** An internal error: reported, so that users can report it; the next edit tries again. */
  #fault(error: unknown): void {
    if (this.#closed) return
    this.#told.forget(undefined)
    this.#options.send({ type: 'analysis', rev: this.#rev, shapes: {}, wires: {}, problems: [toProblem(error)] })
  }
}
