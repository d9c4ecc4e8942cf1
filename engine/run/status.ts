/** The window's knowledge of the nodes: changed reports are gathered and sent together, at most one message in 16 ms. */
import type { FlatGraph } from '../graph/topology.ts'
import type { EngineMessage } from '../protocol/messages.ts'
import type { NodeReport, NodeStatus } from '../protocol/reports.ts'
import { Spans } from './cost.ts'
import type { TimedReport } from './reports.ts'

export type StatusMessage = Extract<EngineMessage, { type: 'status' }>

const interval = 16

/** A subgraph has the first of these states that any of its nodes has. */
const worst: readonly NodeStatus[] = [
  'error',
  'running',
  'queued',
  'draft',
  'waiting',
  'skipped',
  'paused',
  'manual',
  'idle',
  'done',
  'unchanged',
  'bypassed',
]

export class Status {
  readonly #send: (message: StatusMessage) => void
  readonly #memory: () => number
  readonly #reports = new Map<string, TimedReport>()
  readonly #changed = new Set<string>()
  /** Nodes that are gone: the subgraphs they were in are reported anew. */
  readonly #removed = new Set<string>()
  #run: StatusMessage['run'] = { state: 'idle', done: 0, total: 0 }
  #rev = 0
  #flat: FlatGraph | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = 0

  /** @param memory bytes that results and models take now */
  constructor(send: (message: StatusMessage) => void, memory: () => number) {
    this.#send = send
    this.#memory = memory
  }

  get(node: string): TimedReport | undefined {
    return this.#reports.get(node)
  }

  set(node: string, report: TimedReport): void {
    const before = this.#reports.get(node)
    if (before && sameReport(before, report)) return
    this.#reports.set(node, report)
    this.#changed.add(node)
    this.#schedule()
  }

  run(rev: number, run: StatusMessage['run']): void {
    this.#rev = rev
    this.#run = run
    this.#schedule()
  }

  /** Replaces the nodes. */
  graph(flat: FlatGraph): void {
    this.#flat = flat
    for (const node of this.#reports.keys())
      if (!flat.nodes.has(node)) {
        this.#reports.delete(node)
        this.#changed.delete(node)
        if (node.includes('/')) this.#removed.add(node)
      }
    if (this.#removed.size > 0) this.#schedule()
  }

  /** The window has nothing any more. */
  forget(): void {
    this.#reports.clear()
    this.#changed.clear()
    this.#removed.clear()
  }

  /** Sends changes now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#last = performance.now()
    const nodes: Record<string, NodeReport> = {}
    for (const node of this.#changed) {
      const report = this.#reports.get(node)
      if (!report) continue
      const { busy: _, ...told } = report
      nodes[node] = told
    }
    for (const [group, report] of this.#groups([...this.#changed, ...this.#removed])) nodes[group] = report
    this.#changed.clear()
    this.#removed.clear()
    this.#send({ type: 'status', rev: this.#rev, nodes, run: { ...this.#run, memory: this.#memory() } })
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    const wait = Math.max(0, this.#last + interval - performance.now())
    this.#timer ??= setTimeout(() => this.flush(), wait)
  }

  /** Reports of the subgraphs that contain these nodes. */
  *#groups(changed: Iterable<string>): Generator<[string, NodeReport]> {
    const groups = this.#flat?.groups
    if (!groups?.size) return
    const touched = new Set<string>()
    for (const node of changed)
      for (let at = node.lastIndexOf('/'); at > 0; at = node.lastIndexOf('/', at - 1)) touched.add(node.slice(0, at))
    for (const group of touched) {
      if (!groups.has(group)) continue
      const inside = [...this.#reports].filter(([node]) => node.startsWith(`${group}/`)).map(([, report]) => report)
      const status = worst.find((one) => inside.some((report) => report.status === one)) ?? 'idle'
      const problem = inside.find((report) => report.status === status)?.problem
      const found = this.#foundBy(group)
      const ms = timeOf(inside)
      yield [group, { status, ...(ms !== undefined && { ms }), ...(problem && { problem }), ...(found && { found }) }]
    }
  }

  /** The outputs of a subgraph are those of nodes inside. */
  #foundBy(group: string): NodeReport['found'] {
    const found: Record<string, unknown> = {}
    for (const [ref, { node, port }] of this.#flat?.aliases ?? []) {
      const shape = ref.startsWith(`${group}.`) ? this.#reports.get(node)?.found?.[port] : undefined
      if (shape !== undefined) found[ref.slice(group.length + 1)] = shape
    }
    return Object.keys(found).length > 0 ? found : undefined
  }
}

/** How long any of these nodes worked in the last run: those that worked at the same time do not add up. */
function timeOf(reports: readonly TimedReport[]): number | undefined {
  const ran = reports.filter(({ status, ms }) => status === 'done' && ms !== undefined)
  if (ran.length === 0) return undefined
  const busy = new Spans()
  for (const report of ran) if (report.busy) busy.addAll(report.busy)
  const sum = ran.reduce((sum, { ms = 0 }) => sum + ms, 0)
  return ran.every((report) => report.busy) ? Math.min(sum, busy.length) : sum
}

function sameReport(a: NodeReport, b: NodeReport): boolean {
  if (
    a.status !== b.status ||
    a.ms !== b.ms ||
    a.gpuMs !== b.gpuMs ||
    a.note !== b.note ||
    a.job !== b.job ||
    a.cached !== b.cached
  )
    return false
  if (a.sequence?.index !== b.sequence?.index || a.sequence?.length !== b.sequence?.length) return false
  if (JSON.stringify(a.feed) !== JSON.stringify(b.feed)) return false
  if (JSON.stringify(a.found) !== JSON.stringify(b.found)) return false
  if (a.elements?.done !== b.elements?.done || a.elements?.failed !== b.elements?.failed) return false
  if (a.progress?.fraction !== b.progress?.fraction || a.progress?.say !== b.progress?.say) return false
  return a.problem === b.problem || JSON.stringify(a.problem) === JSON.stringify(b.problem)
}
