/**
 * What the window shows, and what of it was sent. The values in view are held, so that another zoom or display needs no run. All
 * changes go in one frame.
 */
import { LostError } from '../gpu/error.ts'
import type { FlatOutput } from '../graph/topology.ts'
import { makeOps } from '../ops/context.ts'
import { maxTail } from '../protocol/link.ts'
import type { EngineMessage, View } from '../protocol/messages.ts'
import type { PreviewItem } from '../protocol/reports.ts'
import { type Problem, toProblem } from '../types/problem.ts'
import type { Shape } from '../values/index.ts'
import { Lease } from './lease.ts'
import { Painter } from './paint.ts'
import type { Cut } from './planned-node.ts'
import { type Given, Result } from './result.ts'
import type { Machine } from './scope.ts'
import type { Sight } from './sights.ts'

export type Quality = 'draft' | 'full'

/** A value in view. */
export interface Shown {
  readonly given: Given
  readonly quality: Quality
  /** Of the value, or of the full-size result it stands for. */
  readonly shape: Shape
  /** The value whose picture it lies over. */
  readonly under?: Given
  /** Where the value, a cut picture, lies in the picture that it is a part of. */
  readonly cut?: Cut
}

interface Held extends Shown {
  readonly lease: Lease
  /** Changes whenever the value does. */
  readonly token: string
}

/** One view for as long as it shows the same output: its request may change, what the window has of it stays. */
interface State {
  view: View
  /** As the plan says that is followed. */
  output: FlatOutput | undefined
  /** A quick preview of just what the view shows. It goes before what is shown of the output. */
  window: Held | undefined
  /** What was sent last: the value's token and the request. */
  sent: string
}

interface Unsent {
  readonly state: State
  readonly view: View
  readonly held: Held
  /** What is subtracted from it. */
  readonly minus: Held | undefined
  readonly token: string
}

type Previews = Extract<EngineMessage, { type: 'previews' }>

/** The size limit of a quick frame, if smaller pictures help. */
const quickBytes = 512 * 1024

/** Of all views together, so that their previews fit into one frame. Twice as many as the largest screens have. */
const mostPixels = maxTail / 4

/** How many are painted at the same time: meanwhile their values must be in the arena. */
const together = 4

const nameOf = ({ node, port }: FlatOutput): string => `${node}.${port}`
const asked = ({ width, height, region, display, minus }: View): string =>
  JSON.stringify([width, height, region, display, minus])

/** The reduction of the pictures of a quick frame, to limit its bytes: at least half the size. */
function shrinkFor(unsent: readonly Unsent[]): number {
  const bytes = unsent.reduce((sum, { view }) => sum + 4 * view.width * view.height, 0)
  return Math.max(0.5, Math.min(1, Math.sqrt(quickBytes / bytes)))
}

const smaller = (view: View, by: number): View => ({
  ...view,
  width: Math.max(1, Math.round(view.width * by)),
  height: Math.max(1, Math.round(view.height * by)),
})

/** Runs `work` for all, this many at a time. */
async function eachOf<T, R>(things: readonly T[], at: number, work: (thing: T) => Promise<R>) {
  const results: PromiseSettledResult<R>[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < things.length; i = next++)
      [results[i]] = (await Promise.allSettled([work(things[i] as T)])) as [PromiseSettledResult<R>]
  }
  await Promise.all(Array.from({ length: at }, worker))
  return results
}

export class Views {
  readonly #send: (frame: Previews, tails: readonly Uint8Array[]) => void
  readonly #fail: (output: FlatOutput, problem: Problem) => void
  readonly #machine: Pick<Machine, 'devices'>
  readonly #painter = new Painter()
  readonly #abort = new AbortController()
  #list: readonly View[] = []
  #states = new Map<string, State>()
  readonly #shown = new Map<string, Held>()
  #rendering: Promise<void> | undefined
  #again = false
  #rev = 0
  /** What the window has. */
  #generation = 0

  /** `fail` is called if a value cannot be shown. */
  constructor(
    machine: Pick<Machine, 'devices'>,
    send: (frame: Previews, tails: readonly Uint8Array[]) => void,
    fail: (output: FlatOutput, problem: Problem) => void,
  ) {
    this.#machine = machine
    this.#send = send
    this.#fail = fail
  }

  get list(): readonly View[] {
    return this.#list
  }

  /** Sets what is on the screen. Returns whether other outputs are shown than before. */
  set(given: readonly View[]): boolean {
    const pixels = given.reduce((sum, { width, height }) => sum + width * height, 0)
    const views =
      pixels > mostPixels ? given.map((view) => smaller(view, 0.99 * Math.sqrt(mostPixels / pixels))) : given
    this.#list = views
    const before = new Map([...this.#states.values()].map(({ view, output }) => [nameOf(view), output]))
    const states = new Map<string, State>()
    for (const view of views) {
      const old = this.#states.get(view.id)
      if (old && old.view.node === view.node && old.view.port === view.port) {
        old.view = view
        states.set(view.id, old)
      } else states.set(view.id, { view, output: before.get(nameOf(view)), window: undefined, sent: '' })
    }
    for (const [id, state] of this.#states) if (states.get(id) !== state) dropWindow(state)
    this.#states = states
    this.#drop()
    const after = new Set(views.map(nameOf))
    return before.size !== after.size || [...after].some((name) => !before.has(name))
  }

  /** Shows what a plan found behind the views. A view that came later waits for the next plan, unless another shows the same. */
  follow(sights: readonly Sight[]): void {
    const found = new Map(sights.map(({ view, output }) => [nameOf(view), output]))
    for (const state of this.#states.values()) {
      const output = found.get(nameOf(state.view))
      if (!output || !state.output || nameOf(output) !== nameOf(state.output)) dropWindow(state)
      state.output = output
    }
    this.#drop()
  }

  /** Drops the values that are no longer in view. */
  #drop(): void {
    const wanted = new Set([...this.#states.values()].map(({ output }) => output && nameOf(output)))
    for (const [name, { lease }] of this.#shown)
      if (!wanted.has(name)) {
        lease.end()
        this.#shown.delete(name)
      }
  }

  /** Of all views only these show windows: the others no longer do. */
  keepWindows(ids: ReadonlySet<string>): void {
    for (const [id, state] of this.#states) if (!ids.has(id)) dropWindow(state)
  }

  /**
   * The output shows this from now on; it is held until something else is shown. `ids`: only these views of it do, as their
   * window. A full result replaces the windows of its output.
   */
  show(output: FlatOutput, shown: Shown, ids?: readonly string[]): void {
    const name = nameOf(output)
    if (ids) {
      for (const id of ids) {
        const state = this.#states.get(id)
        if (state?.output && nameOf(state.output) === name) state.window = held(shown, output, state.window)
      }
      return
    }
    this.#shown.set(name, held(shown, output, this.#shown.get(name)))
    if (shown.quality === 'full') for (const state of this.#of(name)) dropWindow(state)
  }

  /** The output has no value. The window may keep its last picture; a new value is sent even if it is the same. */
  clear(output: FlatOutput): void {
    const name = nameOf(output)
    for (const state of this.#of(name)) dropWindow(state)
    this.#shown.get(name)?.lease.end()
    if (!this.#shown.delete(name)) return
    for (const state of this.#of(name)) state.sent = ''
  }

  /** The views of an output. */
  #of(name: string): readonly State[] {
    return [...this.#states.values()].filter(({ output }) => output && nameOf(output) === name)
  }

  /** What is shown of an output, the most exact first: windows, and what other views show. */
  shown(output: FlatOutput): readonly Shown[] {
    const name = nameOf(output)
    const windows = this.#of(name).flatMap(({ window }) => window ?? [])
    const shown = this.#shown.get(name)
    // Beside a window a full result is that of an earlier document.
    const stale = windows.length > 0 && shown?.quality === 'full'
    return shown && !stale ? [...windows, shown] : windows
  }

  /** The window has nothing any more: everything must be sent again. */
  forget(): void {
    this.#generation++
    for (const state of this.#states.values()) {
      state.sent = ''
      dropWindow(state)
    }
    for (const { lease } of this.#shown.values()) lease.end()
    this.#shown.clear()
  }

  /** Sends what the window does not have. `rev`: of the document that is shown. */
  async flush(rev: number): Promise<void> {
    this.#rev = rev
    this.#again = true
    this.#rendering ??= this.#render()
    await this.#rendering
  }

  async #render(): Promise<void> {
    try {
      // Deferred, so that it is known to be under way.
      await null
      while (this.#again && !this.#abort.signal.aborted) {
        this.#again = false
        await this.#frame()
      }
    } finally {
      this.#rendering = undefined
    }
  }

  /** What another view shows of an output. */
  #shownBy({ node, port }: Pick<View, 'node' | 'port'>): Held | undefined {
    const state = [...this.#states.values()].find(({ view }) => !view.minus && view.node === node && view.port === port)
    return state?.output && this.#shown.get(nameOf(state.output))
  }

  /** What the window does not have yet. */
  #unsent(): readonly Unsent[] {
    return [...this.#states.values()].flatMap((state) => {
      const { view } = state
      const minus = view.minus && this.#shownBy(view.minus)
      const held = (view.minus ? undefined : state.window) ?? (state.output && this.#shown.get(nameOf(state.output)))
      if (!held || (view.minus && !(minus && alike(held, minus)))) return []
      const token = [held.token, minus?.token, asked(view)].join(' ')
      return token !== state.sent ? [{ state, view, held, minus, token }] : []
    })
  }

  async #frame(): Promise<void> {
    const unsent = this.#unsent()
    if (unsent.length === 0) return
    const rev = this.#rev
    const generation = this.#generation
    const lease = new Lease()
    for (const { held, minus } of unsent) {
      lease.add(held.given.owner)
      if (minus) lease.add(minus.given.owner)
      if (held.under) lease.add(held.under.owner)
    }
    const work = makeOps(this.#machine.devices, this.#abort.signal)
    const quality = unsent.some(({ held }) => held.quality === 'draft') ? 'draft' : 'full'
    try {
      const shrink = quality === 'draft' ? shrinkFor(unsent) : 1
      const painted = await eachOf(unsent, together, ({ view, held, minus }) =>
        // A full picture will not be sent again.
        this.#painter.paint(
          work.ops,
          {
            value: held.given.value,
            minus: minus?.given.value,
            shape: held.shape,
            under: held.under?.value,
            cut: held.cut,
            quality: held.quality,
            name: nameOfGiven(held.given),
          },
          held.quality === 'draft' ? smaller(view, shrink) : view,
        ),
      )
      // Meanwhile the window may have closed, or have another document.
      if (this.#abort.signal.aborted || this.#generation !== generation) return
      const items: PreviewItem[] = []
      const tails: Uint8Array[] = []
      let offset = 0
      for (const [i, { state, view, token }] of unsent.entries()) {
        const { output } = state
        const result = painted[i]
        state.sent = token
        if (result?.status === 'fulfilled') {
          const { pixels, ...item } = result.value
          items.push({ view: view.id, node: view.node, port: view.port, offset, ...item })
          tails.push(pixels)
          offset += pixels.length
        } else if (result?.reason instanceof LostError)
          // It is computed again, under the same name.
          state.sent = ''
        else if (output && !view.minus) this.#fail(output, toProblem(result?.reason))
      }
      if (items.length > 0) this.#send({ type: 'previews', rev, quality, items }, tails)
    } finally {
      work.finish([])
      lease.end()
    }
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#rendering
    this.forget()
  }
}

/** Two results of the same state of the document: quick previews of one size, or full results. */
const alike = (a: Shown, b: Shown): boolean => {
  const [one, other] = [a, b].map(({ given: { value } }) => value)
  if (a.quality !== b.quality || one?.kind !== 'image' || other?.kind !== 'image') return false
  return one.width === other.width && one.height === other.height
}

/** Holds what is shown instead of what was shown before; the same stays as it is. */
function held(shown: Shown, output: FlatOutput, before: Held | undefined): Held {
  const { owner, value } = shown.given
  const same = before?.given.owner === owner && before.given.value === value
  if (same && before.under?.owner === shown.under?.owner) return before
  const lease = new Lease()
  lease.add(owner)
  if (shown.under) lease.add(shown.under.owner)
  before?.lease.end()
  return { ...shown, lease, token: tokenOf(shown, output) }
}

function dropWindow(state: State): void {
  state.window?.lease.end()
  state.window = undefined
}

/** The same for the same numbers; undefined of what is made of a frame. */
export function nameOfGiven({ owner, value }: Given): string | undefined {
  if (!(owner instanceof Result)) return undefined
  const found = Object.entries(owner.outputs).find(([, output]) => output === value)
  return found && `${owner.key}.${found[0]}`
}

function tokenOf({ given: { owner }, under, quality }: Shown, { port }: FlatOutput): string {
  // The same result at full size or as a quick preview is the same picture only at the same quality.
  const over = under?.owner instanceof Result ? ` over ${under.owner.key}` : ''
  return owner instanceof Result ? `${owner.key}.${port} ${quality}${over}` : ''
}
