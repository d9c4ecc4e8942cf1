/** One live source that plays, or has played: its frames as they come, the newest one, and what became of them. */
import type { NodeDefinition } from '../graph/node.ts'
import type { FeedReport } from '../protocol/reports.ts'
import type { FeedContext, FeedFrame } from '../types/feed.ts'
import type { ParamValue } from '../types/param.ts'
import { type Problem, toProblem } from '../types/problem.ts'
import { cancelled } from './flights.ts'
import type { Taken } from './framed.ts'
import type { PlannedNode } from './planned-node.ts'
import { Rate } from './rate.ts'

type Params = Readonly<Record<string, ParamValue>>

let plays = 0

/** What a change of needs a new start. */
const startOf = ({ feed }: NodeDefinition, params: Params): string =>
  JSON.stringify(feed?.by.map((name) => params[name] ?? null))

export class Feed {
  readonly #context: Omit<FeedContext, 'signal'>
  readonly #changed: () => void
  #abort = new AbortController()
  #frames: AsyncIterator<FeedFrame> | undefined
  #name = ''
  #start = ''
  #asked = false
  #arrived: FeedFrame | undefined
  #problem: Problem | undefined
  #taken: Taken | undefined
  #fresh = false
  #playing = false
  #shown = 0
  #dropped = 0
  #rate = new Rate()

  /** `changed` is called when a frame has arrived, or no more will come. */
  constructor(context: Omit<FeedContext, 'signal'>, changed: () => void) {
    this.#context = context
    this.#changed = changed
  }

  get playing(): boolean {
    return this.#playing
  }

  /** The newest frame that was taken. */
  get taken(): Taken | undefined {
    return this.#taken
  }

  /** The last frame of a source that has stopped, as long as a new start would be the same. */
  left({ definition, params }: PlannedNode): Taken | undefined {
    return !this.#playing && startOf(definition, params) === this.#start ? this.#taken : undefined
  }

  /** Why it has stopped by itself. */
  get problem(): Problem | undefined {
    return this.#problem
  }

  get report(): FeedReport {
    const { fps, latency } = this.#rate
    return {
      playing: this.#playing,
      shown: this.#shown,
      dropped: this.#dropped,
      ...(this.#playing && fps !== undefined && { fps }),
      ...(this.#playing && latency !== undefined && { latency }),
    }
  }

  /** Starts it, or starts it anew if parameters have changed that its frames depend on. */
  play({ definition, params }: PlannedNode): void {
    const start = startOf(definition, params)
    if (this.#playing && start === this.#start) return
    this.#end()
    const abort = new AbortController()
    this.#abort = abort
    // A frame of another start need not suit these parameters.
    if (start !== this.#start) this.#taken = undefined
    this.#start = start
    this.#name = `play ${++plays}`
    this.#playing = true
    this.#problem = undefined
    this.#shown = 0
    this.#dropped = 0
    this.#rate = new Rate()
    this.#frames = definition.feed?.of(params, { ...this.#context, signal: abort.signal })[Symbol.asyncIterator]()
  }

  stop(): void {
    this.#playing = false
    this.#end()
  }

  #end(): void {
    this.#abort.abort(cancelled())
    // What it throws on its way out has no reader any more.
    this.#frames?.return?.().catch(() => undefined)
    this.#frames = undefined
    this.#asked = false
    this.#arrived = undefined
    this.#fresh = false
  }

  /** Asks the source for its newest frame, unless it has been asked. */
  ask(): void {
    const frames = this.#frames
    if (!frames || this.#asked || this.#arrived) return
    this.#asked = true
    this.#next(frames, this.#abort.signal)
  }

  async #next(frames: AsyncIterator<FeedFrame>, signal: AbortSignal): Promise<void> {
    let frame: FeedFrame | undefined
    let problem: Problem | undefined
    try {
      const { done, value } = await frames.next()
      if (!done) frame = value
    } catch (error) {
      problem = toProblem(error)
    }
    // Stopped or started anew meanwhile.
    if (signal.aborted) return
    this.#asked = false
    this.#arrived = frame
    if (!frame) {
      this.#problem = problem
      this.stop()
    }
    this.#changed()
  }

  /** Whether a frame waits to be taken. */
  get waiting(): boolean {
    return this.#arrived !== undefined
  }

  /** Takes the frame that has arrived: what came since the last one and was not given is dropped. */
  take(): boolean {
    const frame = this.#arrived
    if (!frame) return false
    this.#arrived = undefined
    const before = this.#shown + this.#dropped
    this.#shown++
    this.#dropped += Math.max(0, frame.index - before)
    this.#taken = { frame, name: `${this.#name} ${frame.index}` }
    this.#fresh = true
    return true
  }

  /** What was taken last is on the screen now. */
  show(): void {
    if (!this.#fresh || !this.#taken) return
    this.#fresh = false
    const now = this.#context.clock.now()
    this.#rate.add(now, now - this.#taken.frame.time)
  }
}
