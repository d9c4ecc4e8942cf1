/** What the nodes of a window report, across all its live runs. */
import type { NodeStatus } from '../protocol/reports.ts'
import type { Level } from './current.ts'
import type { ExplicitRuns } from './explicit.ts'
import type { Feeds } from './feeds.ts'
import type { Key } from './keys.ts'
import type { Plan } from './plan.ts'
import type { PlannedNode } from './planned-node.ts'
import type { TimedReport } from './reports.ts'
import type { Status } from './status.ts'
import type { World } from './world.ts'

interface Options {
  readonly world: World
  readonly status: Status
  readonly explicit: ExplicitRuns
  readonly feeds: Feeds
}

/** Whether the node runs only when somebody asks for it. */
const onRequest = ({ definition: { kind, feed }, frame }: PlannedNode): boolean =>
  kind === 'effect' || kind === 'job' || (feed !== undefined && !frame)

const known = new Set<NodeStatus>(['done', 'unchanged'])

export class LiveReports {
  readonly #options: Options
  /** The sequences on the way to what each node shows. */
  readonly #paths = new Map<string, readonly Level[]>()
  /** The keys that the last full run completed with. */
  #keys: ReadonlyMap<string, Key> = new Map()

  constructor(options: Options) {
    this.#options = options
  }

  /** The node whose sequence is chosen from at this one. */
  sequenceOf(node: string): string | undefined {
    return this.#paths.get(node)?.at(-1)?.node
  }

  reset(): void {
    this.#paths.clear()
    this.#keys = new Map()
  }

  /** Nodes that no longer exist. */
  forget({ nodes }: Plan): void {
    for (const id of this.#paths.keys()) if (!nodes.has(id)) this.#paths.delete(id)
  }

  path(node: string, path: readonly Level[]): void {
    if (path.length > 0) this.#paths.set(node, path)
    else this.#paths.delete(node)
    const now = this.#options.status.get(node)
    if (now) this.put(node, now)
  }

  put(node: string, { sequence: _, feed: __, ...report }: TimedReport): void {
    const { status, feeds } = this.#options
    const level = this.#paths.get(node)?.at(-1)
    const sequence = level && { length: level.length, index: level.index }
    const source = feeds.reportOf(node)
    status.set(node, {
      ...report,
      ...(sequence && { sequence }),
      ...source,
      ...(source?.problem && { status: 'error' }),
    })
  }

  /** Whether the last full run completed with all of these. */
  knows({ nodes }: Plan): boolean {
    if (nodes.size !== this.#keys.size) return false
    for (const [id, { key }] of nodes) if (this.#keys.get(id) !== key) return false
    return true
  }

  /** A report of a live run. `quiet`: a run that only shows something else of the same document. */
  take({ nodes }: Plan, node: string, report: TimedReport, quiet: boolean): void {
    const { status, explicit } = this.#options
    if (this.#others(node)) return
    const key = nodes.get(node)?.key
    // The outcome of an explicit run stays while the node is the same; this run has only looked.
    const came = explicit.reportOf(node, key)
    if (came && (report.status === 'manual' || known.has(report.status))) {
      this.put(node, came)
      return
    }
    const now = status.get(node)
    const unchanged = report.status === 'unchanged'
    const same = unchanged && this.#keys.get(node) === key
    if (same && quiet && now && known.has(now.status)) return
    // A run that did not need the node says only that it is unchanged.
    const found = same ? now?.found : undefined
    this.put(node, { ...(found && { found }), ...report, ...(unchanged && !same && { cached: true }) })
  }

  /** A full run begins: nodes without a result lose their old state. Returns them. */
  queue({ nodes }: Plan): string[] {
    const { world } = this.#options
    const queued: string[] = []
    for (const [id, planned] of nodes) {
      if (this.#keys.get(id) === planned.key || onRequest(planned) || this.#others(id)) continue
      if (world.full.has(planned.key, planned.wants)) continue
      this.put(id, { status: 'queued' })
      queued.push(id)
    }
    return queued
  }

  /** A quick run has ended: what has no quick preview waits for the full result. */
  drafted({ nodes }: Plan): void {
    const { status } = this.#options
    for (const [id, planned] of nodes) {
      if (this.#keys.get(id) === planned.key || status.get(id)?.status === 'draft' || this.#others(id)) continue
      this.put(id, { status: onRequest(planned) ? 'manual' : 'queued' })
    }
  }

  /** Whether another loop reports on this node. */
  #others(node: string): boolean {
    const { explicit, feeds } = this.#options
    return explicit.owns(node) || feeds.owns(node)
  }

  /** A full run has ended. */
  settled({ nodes }: Plan): void {
    this.#keys = new Map([...nodes].map(([id, { key }]) => [id, key]))
  }
}
