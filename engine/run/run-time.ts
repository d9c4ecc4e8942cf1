/**
 * The time of a run, and which nodes took it. It is the real time from the request until the last node that was needed is done.
 * Work for it that was under way before (by a quick preview, or by a run that it replaced) counts from where it began, so no
 * node in it takes longer than the run.
 */
import type { Profile } from '../protocol/methods.ts'
import { type Cost, ownTime, Spans } from './cost.ts'
import type { NodeEvent } from './task.ts'

/** Nodes in a profile, the most expensive ones. */
const mostNodes = 500

interface Spent {
  compute: number
  transfer: number
  wait: number
  runs: number
  readonly busy: Spans
}

export class RunTime {
  /** Results made since then count as made by this run. */
  readonly since: number
  readonly #spans = new Spans()
  readonly #nodes = new Map<string, Spent>()
  readonly #counted = new Set<Cost>()
  /** When what runs now was requested; undefined: nothing runs. */
  #asked: number | undefined

  /** Times as `performance.now()`. */
  constructor(asked: number, since = asked) {
    this.#asked = asked
    this.since = since
  }

  listen(node: string, event: NodeEvent): void {
    if (event.type === 'spent') this.#add(node, event.cost)
    else if (event.type === 'done' && event.run && event.result.cost) this.#add(node, event.result.cost)
  }

  #add(node: string, cost: Cost): void {
    if (this.#counted.has(cost)) return
    this.#counted.add(cost)
    let spent = this.#nodes.get(node)
    if (!spent) {
      spent = { compute: 0, transfer: 0, wait: 0, runs: 0, busy: new Spans() }
      this.#nodes.set(node, spent)
    }
    spent.compute += cost.compute
    spent.transfer += cost.transfer
    spent.wait += cost.wait
    spent.runs++
    spent.busy.add(cost.from, cost.to)
    this.#spans.add(cost.from, cost.to)
  }

  /** More of it begins. */
  resume(at: number): void {
    this.#asked ??= at
  }

  end(at: number): void {
    if (this.#asked !== undefined) this.#spans.add(this.#asked, at)
    this.#asked = undefined
  }

  /** Whether anything was computed. */
  get ran(): boolean {
    return this.#nodes.size > 0
  }

  get ms(): number {
    return this.#spans.length
  }

  /** How long any of these nodes worked. */
  wall(isMeant: (node: string) => boolean): number {
    const busy = new Spans()
    for (const [node, spent] of this.#nodes) if (isMeant(node)) busy.addAll(spent.busy)
    return busy.length
  }

  /** The most expensive nodes first. */
  profile(): Profile {
    const { ms } = this
    const busy = this.wall(() => true)
    const nodes = [...this.#nodes]
      .map(([node, { compute, transfer, wait, runs }]) => ({ node, compute, transfer, wait, runs }))
      .sort((a, b) => ownTime(b) - ownTime(a))
    return { ms, between: Math.max(0, ms - busy), nodes: nodes.slice(0, mostNodes), count: nodes.length }
  }
}
