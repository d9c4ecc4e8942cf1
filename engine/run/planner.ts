/** From a window's document to its plan, redoing only what has changed: the graph, its analysis, the planned nodes. */
import { type Analysis, analyse, newMemo } from '../graph/analyse.ts'
import type { Document } from '../graph/document.ts'
import { sameWork } from '../graph/meaning.ts'
import { type FlatGraph, flatten } from '../graph/topology.ts'
import { isLong, pause } from '../memory/breathe.ts'
import type { View } from '../protocol/messages.ts'
import { DynamicSockets } from './dynamic-sockets.ts'
import type { SessionOptions } from './engine.ts'
import { cancelled } from './flights.ts'
import { Identities } from './identities.ts'
import { makePlan, newPlanMemo, type Plan } from './plan.ts'
import { type Sight, sightsOf } from './sights.ts'
import type { World } from './world.ts'

/** What a plan was made from: while it is the same, so is the plan. */
interface Made {
  readonly document: Document
  readonly analysis: Analysis
  readonly plan: Plan
  readonly views: readonly View[]
  /** What was known of files then. */
  readonly known: number
}

const outputsOf = (sights: readonly Sight[]): string =>
  [...new Set(sights.map(({ output: { node, port } }) => `${node}.${port}`))].sort().join(' ')

export class Planner {
  readonly #world: World
  readonly #options: SessionOptions
  readonly #identities: Identities
  readonly #sockets: DynamicSockets
  readonly #onSockets: () => void
  readonly #abort = new AbortController()
  readonly #memo = newMemo()
  readonly #planned = newPlanMemo()
  #watched = ''
  #made: Made | undefined
  /** Goes up whenever more, or something else, is known of files: also while a plan is being made. */
  #known = 0
  /** One plan after the other, because they share caches. */
  #last: Promise<unknown> = Promise.resolve()

  /** `onSockets`: sockets that a plan lacked are known now, so there is another plan. */
  constructor(world: World, options: SessionOptions, onSockets: () => void) {
    this.#world = world
    this.#onSockets = onSockets
    this.#options = options
    this.#identities = new Identities(world.definitions, options.services)
    this.#sockets = new DynamicSockets(world.definitions, options.services)
  }

  /** The plan of a document for what the views show by then. Throws the signal's reason when closed. */
  plan(document: Document, views: { readonly list: readonly View[] }): Promise<Plan> {
    const next = this.#last.then(() => this.#plan(document, views))
    this.#last = next.catch(() => undefined)
    return next
  }

  async #plan(document: Document, current: { readonly list: readonly View[] }): Promise<Plan> {
    const { signal } = this.#abort
    await pause()
    signal.throwIfAborted()
    const known = this.#known
    const made = this.#made?.known === known ? this.#made : undefined
    const analysis = made && sameWork(made.document, document) ? made.analysis : await this.#analyse(document)
    await pause()
    const views = current.list
    const plan =
      made?.analysis === analysis ? this.#seenBy(made, views) : this.#make(analysis, sightsOf(analysis.flat, views))
    this.#made = { document, analysis, plan, views, known }
    await pause()
    return plan
  }

  /** The plan for other views of the same graph. Nodes are planned again only where other outputs are in view. */
  #seenBy({ plan, analysis, views: before }: Made, views: readonly View[]): Plan {
    if (views === before) return plan
    const sights = sightsOf(analysis.flat, views)
    return outputsOf(sights) === outputsOf(plan.sights) ? { ...plan, sights } : this.#make(analysis, sights)
  }

  #make(analysis: Analysis, sights: readonly Sight[]): Plan {
    const { definitions } = this.#world
    return makePlan(analysis, { definitions, identity: this.#identityIn(analysis.flat), sights, memo: this.#planned })
  }

  async #analyse(document: Document): Promise<Analysis> {
    const { definitions, machine } = this.#world
    const { services } = this.#options
    const { signal } = this.#abort
    await this.#askSockets(document)
    const { catalogue } = this.#sockets
    await pause()
    const flat = flatten(document, catalogue)
    await pause()
    await this.#identities.prepare(flat)
    signal.throwIfAborted()
    this.#watch()
    const identity = this.#identityIn(flat)
    return analyse(flat, catalogue, {
      ...definitions.analysis(services, signal),
      stamp: (node) => identity(node.id),
      socketsProblem: ({ record }) => this.#sockets.problemOf(record),
      memo: this.#memo,
      rest: { isDue: isLong, take: pause },
      sequenceDepth: machine.sequenceDepth,
    })
  }

  /** Nobody waits for a model to be read: what is not known at once arrives with another plan. */
  async #askSockets(document: Document): Promise<void> {
    const asked = this.#sockets.prepare(document)?.then(() => 'known' as const)
    if (!asked) return
    const first = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 0))])
    if (first === 'known') return
    void asked.then(() => {
      this.#known++
      if (!this.#abort.signal.aborted) this.#onSockets()
    })
  }

  #identityIn(flat: FlatGraph) {
    return (id: string) => {
      const node = flat.nodes.get(id)
      return node && this.#identities.of(node)
    }
  }

  #watch(): void {
    const paths = [...new Set([...this.#identities.paths, ...this.#sockets.paths])].sort()
    const watched = JSON.stringify(paths)
    if (watched === this.#watched) return
    this.#watched = watched
    this.#options.watch?.(paths)
  }

  /** A file changed. Returns whether the plan depends on it. */
  changed(path: string): boolean {
    const found = [this.#identities.changed(path), this.#sockets.changed(path)].includes(true)
    if (found) this.#known++
    return found
  }

  /** Queries and watches all files again: the same names may now mean others. */
  forget(): void {
    this.#watched = ''
    this.#identities.forget()
    this.#sockets.forget()
    this.#known++
  }

  close(): void {
    this.#abort.abort(cancelled())
    this.#identities.close()
    this.#sockets.close()
  }
}
