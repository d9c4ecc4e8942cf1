/**
 * What is known of a whole graph before it runs: the state of every node, the fit of every wire, the shape of every output.
 * One walk in running order; nodes for which nothing changed since the last walk are skipped.
 */
import { type Problem, SightlineError, toProblem } from '../types/problem.ts'
import type { Offer } from '../values/socket.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { checkInputs, type NodeCheck, type WireCheck } from './check.ts'
import { offerDepth, sequenceOf } from './convert.ts'
import type { Document } from './document.ts'
import { infoOf } from './info.ts'
import { sameJson } from './json.ts'
import { checkParams, checkRecord, type Migrate, unchosenFile } from './record.ts'
import { type Arrival, inferOutputs, type Offers, type ShapeFunction } from './shape.ts'
import { type FlatGraph, type FlatNode, flatten } from './topology.ts'

export interface AnalyseOptions {
  /** The `shape` of a type's definition; absent: use only what sockets say. */
  readonly shapeOf?: (type: string) => ShapeFunction | undefined
  readonly migrate?: Migrate
  /** Changes when what a node reads from the world has changed (the identity of its file). */
  readonly stamp?: (node: FlatNode) => unknown
  /** Why the sockets of a node, which follow from its parameters, cannot be told. */
  readonly socketsProblem?: (node: FlatNode) => Problem | undefined
  /** Kept by the caller from one walk to the next. Failed shapes are not kept, but asked for again. */
  readonly memo?: Memo
  readonly signal?: AbortSignal
  /** Lets others have their turn, where the walk takes long. */
  readonly rest?: { isDue(): boolean; take(): Promise<void> }
  /** How deep sequences may be nested. Default 4. */
  readonly sequenceDepth?: number
}

export interface Analysis {
  readonly flat: FlatGraph
  /** The types it was made with, and what was known of their sockets. */
  readonly catalogue: Catalogue
  /** By nested id, every node of the flat graph. The same objects as in the last walk if nothing changed. */
  readonly nodes: ReadonlyMap<string, NodeCheck>
  /** By where the wire ends, for wires with something to report. */
  readonly wires: ReadonlyMap<string, WireCheck>
}

interface Found {
  readonly check: NodeCheck
  /** Failed for a reason that may pass. */
  readonly transient?: true
}
interface Remembered extends Found {
  readonly seen: readonly unknown[]
  readonly params: FlatNode['record']['params']
}

/** What a walk leaves for the next. */
export interface Memo {
  entries: ReadonlyMap<string, Remembered>
}
export const newMemo = (): Memo => ({ entries: new Map() })

const isPromise = <T>(value: T | Promise<T>): value is Promise<T> => value instanceof Promise

/** Continues synchronously if the value is not a promise: a walk that asks nobody is not asynchronous. */
const after = <A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> =>
  isPromise(value) ? value.then(next) : next(value)

/** The result of `work`, or of `failed` for its error. */
function attempt<A>(work: () => A | Promise<A>, failed: (error: unknown) => A): A | Promise<A> {
  try {
    const value = work()
    return isPromise(value) ? value.catch(failed) : value
  } catch (error) {
    return failed(error)
  }
}

const nothing = { params: {}, inputs: {}, outputs: {}, wires: {} } as const

class Walk {
  readonly checks = new Map<string, NodeCheck>()
  readonly pending = new Map<string, Promise<NodeCheck>>()
  readonly entries = new Map<string, Remembered>()
  readonly flat: FlatGraph
  readonly catalogue: Catalogue
  readonly options: AnalyseOptions

  constructor(flat: FlatGraph, catalogue: Catalogue, options: AnalyseOptions) {
    this.flat = flat
    this.catalogue = catalogue
    this.options = options
  }

  /** A node after the other. Between two of them the walk may rest. */
  *steps(): Generator<undefined> {
    const { flat } = this
    if (flat.order.length < flat.nodes.size) {
      const ordered = new Set(flat.order)
      for (const [id, node] of flat.nodes) if (!ordered.has(id)) this.#take(node)
    }
    for (const id of flat.order) {
      const node = flat.nodes.get(id)
      if (node) this.#take(node)
      yield
    }
  }

  run(): void {
    for (const _ of this.steps());
  }

  #take(node: FlatNode): void {
    const waits: Promise<NodeCheck>[] = []
    if (this.pending.size > 0)
      for (const port in node.inputs) {
        const pending = this.pending.get(node.inputs[port]?.node ?? '')
        if (pending) waits.push(pending)
      }
    const check = waits.length > 0 ? Promise.all(waits).then(() => this.#look(node)) : this.#look(node)
    if (!isPromise(check)) return
    this.pending.set(node.id, check)
    // The caller sees the failure; this handler only keeps it from being reported as unhandled until then.
    check.catch(() => undefined)
  }

  #look(node: FlatNode): NodeCheck | Promise<NodeCheck> {
    const { flat, catalogue, options } = this
    const info = infoOf(flat.document, catalogue, node.record)
    const { record } = node
    const seen: unknown[] = [info, record.version, flat.problems.get(node.id)?.code, node.bypass, options.stamp?.(node)]
    if (info?.open) seen.push(options.socketsProblem?.(node))
    for (const port in node.inputs) {
      const source = node.inputs[port]
      if (!source) continue
      const from = this.checks.get(source.node)
      seen.push(port, source.node, source.port, source.wire, from?.state, from?.failed, from?.outputs[source.port])
    }
    for (const port in node.broken) seen.push(port, node.broken[port]?.code, node.broken[port]?.params.node)
    const old = options.memo?.entries.get(node.id)
    const keep = (found: Found): NodeCheck => {
      this.checks.set(node.id, found.check)
      this.entries.set(node.id, { ...found, seen, params: record.params })
      return found.check
    }
    const unchanged =
      old &&
      !old.transient &&
      old.seen.length === seen.length &&
      seen.every((value, i) => Object.is(value, old.seen[i]) || (i === 3 && sameJson(value, old.seen[i]))) &&
      sameJson(record.params, old.params)
    if (unchanged) return keep(old)
    return after(this.#check(node, info), (made) => keep(old ? { ...made, check: reuse(made.check, old.check) } : made))
  }

  #check(node: FlatNode, info: NodeInfo | undefined): Found | Promise<Found> {
    const { flat, catalogue, options } = this
    const ofGraph = flat.problems.get(node.id)
    const { params, problem: ofRecord } = checkRecord(node, info, options.migrate)
    const ofSockets = info?.open && ofGraph === undefined && ofRecord === undefined && options.socketsProblem?.(node)
    const problem = ofGraph ?? ofRecord ?? (ofSockets || undefined)
    if (node.bypass && info && !ofGraph) return { check: { ...nothing, state: 'bypassed', params } }
    if (!info || node.bypass) return { check: { ...nothing, state: 'error', ...(problem && { problem }) } }
    const wired = checkInputs(flat, catalogue, node, info, (id) => this.checks.get(id))
    const unchosen = wired.state === 'ready' || info.open ? unchosenFile(info, params) : undefined
    const base: NodeCheck = {
      ...wired,
      ...(unchosen && { state: 'waiting', problem: unchosen }),
      ...(problem && { state: 'error', problem }),
      params,
      outputs: {},
    }
    const ready = base.state === 'ready'
    const infer = (arrivals: Record<string, Arrival>): Offers | Promise<Offers> => {
      this.#checkDepth(arrivals)
      return inferOutputs(info, params, arrivals, ready ? options.shapeOf?.(node.type) : undefined)
    }
    return attempt(
      () => after(after(this.#arrivals(base), infer), (outputs): Found => ({ check: { ...base, outputs } })),
      (error) => {
        options.signal?.throwIfAborted()
        const outputs = inferOutputs(info, params, asDeclared(info, base)) as Offers
        const problem = toProblem(error)
        // What is known of a sequence is said of all its elements, but one of them does not decide for the others.
        const each = Object.values(base.inputs).some(({ levels }) => levels > 0)
        const certain = !each || !(error instanceof SightlineError) || problem.code.startsWith('sequence.')
        const wrong = ready && certain && ({ state: 'error', problem } as const)
        return { check: { ...base, ...wrong, outputs }, transient: true }
      },
    )
  }

  #checkDepth(arrivals: Readonly<Record<string, Arrival>>): void {
    const depth = Math.max(0, ...Object.values(arrivals).map(({ offer }) => offerDepth(offer)))
    const limit = this.options.sequenceDepth ?? 4
    if (depth > limit) throw new SightlineError('sequence.too-deep', { depth, limit })
  }

  /** What arrives at the inputs, after converters. */
  #arrivals(check: NodeCheck): Record<string, Arrival> | Promise<Record<string, Arrival>> {
    const arrivals: Record<string, Arrival> = {}
    const waits: Promise<void>[] = []
    for (const [port, { node, port: output, converter, levels }] of Object.entries(check.inputs)) {
      const offer = this.checks.get(node)?.outputs[output]
      if (!offer) continue
      arrivals[port] = { offer, levels }
      const info = converter && this.catalogue.get(converter.type)
      if (!info) continue
      const through = inferOutputs(
        info,
        checkParams(info, converter.params).params,
        { [converter.input]: { offer, levels: offerDepth(offer) } },
        this.options.shapeOf?.(converter.type),
      )
      const put = (offers: Offers): void => {
        const converted = offers[converter.output]
        if (converted) arrivals[port] = { offer: converted, levels }
      }
      if (isPromise(through)) waits.push(through.then(put))
      else put(through)
    }
    return waits.length > 0 ? Promise.all(waits).then(() => arrivals) : arrivals
  }

  finish(): Analysis {
    const { flat, checks, options } = this
    if (options.memo) options.memo.entries = this.entries
    const wires = new Map<string, WireCheck>()
    for (const [at, problem] of flat.problems) if (at.includes('.')) wires.set(at, { problem })
    const say = (at: string, wire: WireCheck): void => {
      const there = wires.get(at)
      if (!there?.problem) wires.set(at, { ...there, ...wire })
    }
    for (const [id, check] of checks)
      for (const port in check.wires) {
        const wire = check.wires[port] as WireCheck
        // The wire as drawn, which may end at a subgraph around the node, and its end inside.
        const end = `${id}.${port}`
        const drawn = flat.nodes.get(id)?.inputs[port]?.wire ?? end
        say(drawn, wire)
        if (drawn !== end) say(end, wire)
      }
    return { flat, catalogue: this.catalogue, nodes: checks, wires }
  }
}

/** Arrivals as the inputs declare them: what can still be said when the real ones are impossible. */
function asDeclared(info: NodeInfo, { inputs }: NodeCheck): Record<string, Arrival> {
  const arrivals: Record<string, Arrival> = {}
  for (const [port, { levels }] of Object.entries(inputs)) {
    let offer: Offer = { socket: info.inputs[port] ?? { type: 'any' } }
    for (let i = 0; i < levels; i++) offer = sequenceOf(offer)
    arrivals[port] = { offer, levels }
  }
  return arrivals
}

/** The new check with the old outputs where they are equal, so that downstream nodes need not be checked again. */
function reuse(check: NodeCheck, old: NodeCheck): NodeCheck {
  const outputs = Object.fromEntries(
    Object.entries(check.outputs).map(([port, offer]) => {
      const before = old.outputs[port]
      return [port, before && sameJson(offer, before) ? before : offer]
    }),
  )
  const next = { ...check, outputs }
  return sameJson(next, old) ? old : next
}

/**
 * Checks every node of the flat graph; independent nodes read their headers concurrently.
 * @throws the signal's reason when aborted; all other failures are part of the result.
 */
export async function analyse(flat: FlatGraph, catalogue: Catalogue, options: AnalyseOptions = {}): Promise<Analysis> {
  const walk = new Walk(flat, catalogue, options)
  for (const _ of walk.steps())
    if (options.rest?.isDue()) {
      await options.rest.take()
      options.signal?.throwIfAborted()
    }
  if (walk.pending.size > 0) await Promise.all(walk.pending.values())
  options.signal?.throwIfAborted()
  return walk.finish()
}

/** What sockets alone tell, synchronously: for a window without an engine, and for tools that only want to know whether a file is sound. */
export function check(
  document: Document,
  catalogue: Catalogue,
  options: Pick<AnalyseOptions, 'migrate'> = {},
): Analysis {
  const walk = new Walk(flatten(document, catalogue), catalogue, options)
  walk.run()
  return walk.finish()
}
