/** The reports of the nodes of one run: events in, the protocol's reports out. */
import type { Analysis } from '../graph/analyse.ts'
import type { NodeReport } from '../protocol/reports.ts'
import type { Problem } from '../types/problem.ts'
import { Spans } from './cost.ts'
import type { Key } from './keys.ts'
import { shapeOfValue } from './outside.ts'
import type { Plan } from './plan.ts'
import type { Wired } from './result.ts'
import type { NodeEvent, Stopped } from './task.ts'

/** A node's report with the times at which it worked, which do not go to the window. */
export interface TimedReport extends NodeReport {
  readonly busy?: Spans
}

interface State {
  report: TimedReport
  /** What each result took that was made for this run, not only looked up. */
  readonly took: Map<Key, number>
  readonly busy: Spans
  streaming: boolean
  /** The elements of a sequence that it was run for, and the problems of those that failed, by index. */
  readonly done: Set<number>
  readonly failed: Map<number, Problem>
  /** Why one of the elements did not arrive. */
  stopped?: Stopped
  /** What there is to know, and of which elements. */
  readonly notes: Map<string, Set<string>>
}

const newState = (report: TimedReport): State => ({
  report,
  took: new Map(),
  busy: new Spans(),
  streaming: false,
  done: new Set(),
  failed: new Map(),
  notes: new Map(),
})

/** Problems of elements that are told. */
const mostProblems = 100

const final = new Set<NodeReport['status']>([
  'done',
  'unchanged',
  'error',
  'skipped',
  'waiting',
  'manual',
  'paused',
  'bypassed',
])

export class RunReports {
  readonly #states = new Map<string, State>()
  /** Nodes that the run is for and that are not complete. */
  readonly #open = new Set<string>()
  readonly #onChange: (node: string, report: TimedReport) => void
  readonly #foretold: Analysis['nodes'] | undefined

  /** @param foretold what is known before the run; absent for a quick run, whose shapes are not the real ones */
  constructor(onChange: (node: string, report: TimedReport) => void, foretold?: Analysis['nodes']) {
    this.#onChange = onChange
    this.#foretold = foretold
  }

  get(node: string): TimedReport | undefined {
    return this.#states.get(node)?.report
  }

  /** Nodes that have no result yet. */
  expect(nodes: Iterable<string>): void {
    for (const node of nodes) if (!final.has(this.get(node)?.status ?? 'idle')) this.#open.add(node)
  }

  /** How many of them are not complete. */
  get open(): number {
    return this.#open.size
  }

  /** How much of a node's work is done, 0..1. */
  fractionOf(node: string): number {
    const report = this.get(node)
    if (!report) return 0
    return final.has(report.status) && !this.#states.get(node)?.streaming ? 1 : (report.progress?.fraction ?? 0)
  }

  listen(node: string, event: NodeEvent): void {
    if (event.type === 'spent') return
    const state = this.#states.get(node) ?? newState({ status: 'idle' })
    this.#states.set(node, state)
    noteElement(state, event)
    const next = withElements(this.#next(state, node, event), state, event)
    if (next === state.report) return
    this.#take(node, state, next)
  }

  #take(node: string, state: State, report: TimedReport): void {
    state.report = report
    if (final.has(report.status)) this.#open.delete(node)
    this.#onChange(node, report)
  }

  #next(state: State, node: string, event: Exclude<NodeEvent, { type: 'spent' }>): TimedReport {
    const { report } = state
    const { progress: _, job: __, ...rest } = report
    // Even if other elements are processed.
    if ((report.status === 'error' || report.status === 'skipped') && event.type !== 'streaming') return report
    switch (event.type) {
      case 'queued':
        return report.status === 'running' ? report : { ...rest, status: 'queued' }
      case 'running':
        return report.status === 'running' ? report : { ...report, status: 'running' }
      case 'progress': {
        const { fraction, say } = event
        if (state.streaming) return report
        const { job = report.job } = event
        const progress = { fraction, ...(say !== undefined && { say }) }
        return { ...rest, ...(job && { job }), status: 'running', progress }
      }
      case 'noted':
        return { ...report, note: event.note }
      case 'job':
        return { ...report, job: event.state }
      case 'emitted':
        return report
      case 'done': {
        const ms = event.run ? taken(state, event) : state.took.size > 0 ? report.ms : event.ms
        const ran = state.took.size > 0
        const note = noteOf(state.notes)
        const { gpuMs } = event.result
        const found = event.element ? undefined : this.#found(node, event.result.outputs)
        const told = {
          ...(state.streaming ? report : rest),
          ...(ms !== undefined && { ms }),
          ...(ran && { busy: state.busy }),
          ...(gpuMs !== undefined && { gpuMs }),
          ...(note !== undefined && { note }),
          ...(found && { found }),
        }
        return { ...told, status: state.streaming ? 'running' : ran ? 'done' : 'unchanged' }
      }
      case 'failed':
        return { ...rest, status: 'error', problem: event.problem }
      case 'stopped':
        // Other elements may arrive.
        if (state.streaming && event.stopped.why === 'failed') return report
        return { ...rest, ...stoppedReport(node, event.stopped) }
      case 'streaming': {
        const { index, length } = event
        state.streaming = index < length
        if (report.status === 'error' || report.status === 'skipped') return rest
        const none = state.failed.size === length && state.stopped
        if (!state.streaming) return { ...rest, ...(none ? stoppedReport(node, none) : { status: 'done' }) }
        return { ...rest, status: 'running', progress: { fraction: index / length, say: `${index + 1}/${length}` } }
      }
    }
  }

  #found(node: string, outputs: Readonly<Record<string, Wired>>): NodeReport['found'] {
    const before = this.#foretold?.get(node)?.outputs
    if (!before) return undefined
    const found = Object.entries(outputs).flatMap(([port, value]) => {
      const shape = shapeOfValue(value)
      return JSON.stringify(before[port]?.shape) === JSON.stringify(shape) ? [] : [[port, shape] as const]
    })
    return found.length > 0 ? Object.fromEntries(found) : undefined
  }

  /** Nodes that cannot run are reported at once. */
  block({ blocked }: Plan): void {
    for (const [id, { why, problem }] of blocked)
      this.#put(id, { status: why, ...(problem && why !== 'bypassed' && { problem }) })
  }

  /** The run has ended: what was not requested is unchanged, or waits for what did not arrive. */
  settle(plan: Plan): void {
    const { flat } = plan.analysis
    this.block(plan)
    const settle = (id: string): void => {
      if (plan.blocked.has(id)) return
      const now = this.get(id)
      if (now && final.has(now.status) && now.status !== 'done') return
      // It was not computed, because the user has cancelled.
      if (now?.status === 'idle') return
      // It ran for the elements that arrived.
      if (now && this.#states.get(id)?.done.size) return
      for (const { node } of Object.values(flat.nodes.get(id)?.inputs ?? {})) {
        const before = this.get(node)
        if (before?.status === 'error' || before?.status === 'skipped') {
          this.#put(id, { status: 'skipped', problem: upstream(node, before.problem) })
          return
        }
        if (before?.status === 'idle') {
          this.#put(id, { status: 'idle' })
          return
        }
        if (before?.status === 'waiting' || before?.status === 'manual' || before?.status === 'paused') {
          this.#put(id, { status: 'waiting' })
          return
        }
      }
      if (now?.status === 'done') return
      this.#put(id, { status: 'unchanged', ...(now?.ms !== undefined && { ms: now.ms }) })
    }
    const ordered = new Set(flat.order)
    for (const id of flat.nodes.keys()) if (!ordered.has(id)) settle(id)
    for (const id of flat.order) settle(id)
  }

  #put(node: string, report: NodeReport): void {
    const state = this.#states.get(node) ?? newState(report)
    this.#states.set(node, state)
    this.#take(node, state, report)
  }
}

/** What the node took so far, with this result. */
function taken({ took, busy, report }: State, { ms, result }: Extract<NodeEvent, { type: 'done' }>): number {
  const before = took.size > 0 ? (report.ms ?? 0) : 0
  const known = took.get(result.key) ?? 0
  took.set(result.key, ms)
  if (result.cost) busy.add(result.cost.from, result.cost.to)
  return before - known + ms
}

/** The first node that failed, through those skipped after it. */
const upstream = (node: string, problem: NodeReport['problem']): Problem =>
  problem?.code === 'input.upstream' ? (problem as Problem) : { code: 'input.upstream', params: { node } }

function stoppedReport(
  node: string,
  { node: where, why, progress }: Stopped,
): Pick<NodeReport, 'status' | 'problem' | 'progress'> {
  if (why === 'failed') return { status: 'skipped', problem: { code: 'input.upstream', params: { node: where } } }
  if (why === 'idle') return { status: 'idle' }
  if (where !== node) return { status: 'waiting' }
  if (why === 'paused') return { status: 'paused', ...(progress && { progress }) }
  return { status: why === 'manual' ? 'manual' : 'waiting' }
}

/** Counts the element that an event is about, if it is about one. */
function noteElement(state: State, event: NodeEvent): void {
  const { done, failed, notes, streaming } = state
  if (event.type === 'done') {
    for (const value of Object.values(event.result.outputs))
      if ('note' in value && value.note !== undefined) {
        const elements = notes.get(value.note) ?? new Set()
        if (event.element) elements.add(event.element.name)
        notes.set(value.note, elements)
      }
    if (event.element) done.add(event.element.index)
  } else if (event.type === 'failed' && event.element) failed.set(event.element.index, event.problem)
  else if (event.type === 'stopped' && event.element && streaming && event.stopped.why === 'failed') {
    const { node, problem } = event.stopped
    const { name, index } = event.element
    failed.set(index, problem ?? { code: 'input.upstream', params: { node }, element: name })
    state.stopped = event.stopped
  }
}

/** With the count of elements, where some of several failed. */
function withElements(report: NodeReport, { done, failed }: State, event: NodeEvent): NodeReport {
  const element = 'element' in event ? event.element : undefined
  if (!element || failed.size === 0 || element.length < 2) return report
  const problems = [...failed].sort(([a], [b]) => a - b).slice(0, mostProblems)
  return {
    ...report,
    elements: {
      total: element.length,
      done: done.size,
      failed: failed.size,
      problems: problems.map(([, problem]) => problem),
    },
  }
}

/** What readers did to the files, with the names of the elements where only some of them have it. */
function noteOf(notes: State['notes']): string | undefined {
  if (notes.size === 0) return undefined
  return [...notes]
    .map(([note, elements]) => {
      const [first, second, third, ...more] = elements
      if (first === undefined) return note
      const named = [first, second, third].filter((name) => name !== undefined).join(', ')
      return `${named}${more.length > 0 ? ` and ${more.length} more` : ''}: ${note}`
    })
    .join('; ')
}
