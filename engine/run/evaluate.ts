/**
 * From a planned node and its inputs to its outcome. A node that takes one value and is given a sequence becomes a sequence
 * itself: it runs for an element when that is requested.
 */
import { SightlineError } from '../types/problem.ts'
import { type Shape, shapeDepth } from '../values/index.ts'
import { restored } from './kept-results.ts'
import { elementKey, type Key } from './keys.ts'
import { type Holdable, Lease } from './lease.ts'
import { obtain } from './obtain.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given, Result, Series } from './result.ts'
import { runNode } from './run-node.ts'
import type { Machine } from './scope.ts'
import { depthOf, excess } from './series.ts'
import { type ElementName, elementName, poolOf, quietly, Stopped, type Task, type Visit } from './task.ts'

export type Inputs = Readonly<Record<string, Given>>
/** The outcome of a planned node: its result, or a run for each element of its inputs. */
export type Outcome = Result | Mapped

/** The outcome, held by the visit's lease. Throws Stopped. `level`: how many sequences enclose it; `element`: where in them. */
export async function evaluate(
  machine: Machine,
  planned: PlannedNode,
  key: Key,
  inputs: Inputs,
  visit: Visit,
  level = 0,
  element?: ElementName,
): Promise<Outcome> {
  const { definition, sockets } = planned
  const { task, lease } = visit
  const depths = Object.entries(inputs).map(([port, { value }]) => {
    const spec = sockets.inputs[port]
    return { port, depth: depthOf(value), excess: spec ? excess(value, spec) : 0 }
  })
  const deepest = Math.max(0, ...depths.map(({ depth }) => depth))
  const each = depths.filter((input) => input.excess > 0)
  try {
    if (level + deepest > machine.sequenceDepth)
      throw new SightlineError('sequence.too-deep', { depth: level + deepest, limit: machine.sequenceDepth })
    if (each.length > 0) {
      const excess = Object.fromEntries(each.map((input) => [input.port, input.excess]))
      return lease.add(new Mapped(machine, planned, key, inputs, excess, level, element))
    }
  } catch (error) {
    throw stopped(planned, error, visit, element)
  }
  const pool = poolOf(planned, task)
  const { kind } = definition
  const onRequest = (kind === 'effect' || kind === 'job') && !task.explicit
  // A live source shows nothing before somebody has pressed Play.
  const idle = definition.feed !== undefined && !planned.frame
  const refuse = async (): Promise<Stopped> => {
    const checkpoint = kind === 'job' ? await machine.jobs.checkpointOf(key) : undefined
    return checkpoint
      ? new Stopped(planned.node, 'paused', undefined, checkpoint.progress)
      : new Stopped(planned.node, 'manual')
  }
  return obtain(
    {
      pool,
      key,
      wants: planned.wants,
      node: planned.node,
      hidden: planned.hidden,
      element,
      again: madeAnew(planned, task),
      ...((onRequest || idle) && { refuse }),
      make: (signal, tell) => runNode({ machine, planned, key, inputs, pool, task: { ...task, signal }, tell }),
    },
    visit,
  )
}

/** Whether an explicit run makes the result again although it is there. */
export const madeAnew = ({ definition: { kind } }: PlannedNode, task: Pick<Task, 'restart'>): boolean =>
  kind === 'effect' || (kind === 'job' && task.restart === true)

/** A problem found before the node could run. */
function stopped(planned: PlannedNode, error: unknown, { task }: Visit, element?: ElementName): unknown {
  if (!(error instanceof SightlineError)) return error
  const problem = { code: error.code, params: error.params, ...(element && { element: element.name }) }
  task.report(planned.node, { type: 'failed', problem, element })
  return new Stopped(planned.node, 'failed', problem)
}

export class Mapped implements Holdable {
  readonly kind = 'mapped'
  readonly planned: PlannedNode
  readonly length: number
  readonly labels: readonly string[] | undefined
  /** The inputs iterated together, and through how many levels; the others are the same for each element. */
  readonly excess: Readonly<Record<string, number>>
  readonly each: readonly string[]
  /** The minimum nesting depth of the output's sequences. */
  readonly levels: number
  /** How many of the node's own sequences enclose it. */
  readonly level: number
  readonly #machine: Machine
  readonly #key: Key
  readonly #inputs: Inputs
  readonly #outer: ElementName | undefined

  /** Throws `sequence.lengths`. */
  constructor(
    machine: Machine,
    planned: PlannedNode,
    key: Key,
    inputs: Inputs,
    excess: Readonly<Record<string, number>>,
    level: number,
    outer?: ElementName,
  ) {
    this.#outer = outer
    this.#machine = machine
    this.planned = planned
    this.#key = key
    this.#inputs = inputs
    this.excess = excess
    this.each = Object.keys(excess)
    this.levels = Math.max(...Object.values(excess))
    this.level = level
    const [first, ...others] = this.each.map((port) => ({ port, series: inputs[port]?.value as Series }))
    this.length = first?.series.length ?? 0
    this.labels = first?.series.labels
    for (const { port, series } of others)
      if (series.length !== this.length)
        throw new SightlineError('sequence.lengths', {
          a: first?.port ?? '',
          b: port,
          na: this.length,
          nb: series.length,
        })
  }

  get footprint(): number {
    return Object.values(this.#inputs).reduce((sum, { owner }) => sum + owner.footprint, 0)
  }

  hold(): void {
    for (const { owner } of Object.values(this.#inputs)) owner.hold()
  }

  drop(): void {
    for (const { owner } of Object.values(this.#inputs)) owner.drop()
  }

  /**
   * Element `index` is made before it is needed: while a network runs for the one before it, its picture is decoded and prepared.
   * What changes something, or runs only on request, waits; what it is made from does not. Large ones are not prepared.
   */
  async ahead(index: number, visit: Visit): Promise<void> {
    await Promise.all(
      this.each.map(async (port) => {
        const { value } = this.#inputs[port] as Given
        await (value as Series).ahead(index, visit)
      }),
    )
    const { kind } = this.planned.definition
    // Two large ones at the same time may not fit where each does by itself.
    if ((kind !== 'pure' && kind !== 'source') || visit.lease.footprint > this.#machine.elementBytes / 8) return
    await this.at(index, { ...visit, task: quietly(visit.task) }).catch(() => undefined)
  }

  /** The outcome for element `index`, held by the visit's lease. What it was made from is held only while it is made. */
  async at(index: number, visit: Visit): Promise<Outcome> {
    const { planned } = this
    if (index < 0 || index >= this.length)
      throw stopped(planned, new SightlineError('sequence.index', { index, length: this.length }), visit)
    const element = elementName(index, this, this.#outer)
    const key = elementKey(this.#key, index)
    const pool = poolOf(planned, visit.task)
    const own = new Lease()
    try {
      // A kept result needs no inputs.
      const known = pool.get(key) ?? (await restored(this.#machine, planned, key, visit.task, own))
      if (known?.has(planned.wants) && !known.problem && !madeAnew(planned, visit.task))
        return await evaluate(this.#machine, planned, key, {}, visit, this.level + 1, element)
      const inputs: Record<string, Given> = { ...this.#inputs }
      await Promise.all(
        this.each.map(async (port) => {
          const { value } = this.#inputs[port] as Given
          inputs[port] = await (value as Series).at(index, { ...visit, lease: own }, planned.node)
        }),
      )
      return await evaluate(this.#machine, planned, key, inputs, visit, this.level + 1, element)
    } finally {
      own.end()
    }
  }
}

/** An outcome's value at a port; undefined if it has none there. */
export function givenBy(outcome: Outcome, planned: PlannedNode, port: string): Given | undefined {
  if (!(outcome instanceof Mapped)) {
    const value = outcome.outputs[port]
    if (!value) return undefined
    // An element's error belongs to the node that gives the sequence, not to the one that asks for it.
    return value.kind === 'series'
      ? { value: { ...value, at: (index, visit) => value.at(index, visit, planned.node) }, owner: outcome }
      : { value, owner: outcome }
  }
  const { length, labels, levels } = outcome
  const least = nested(levels - 1, shapeOf(planned, port))
  let told = planned.shapes?.[port]
  for (let level = 0; level <= outcome.level; level++) told = told?.kind === 'sequence' ? told.element : undefined
  const series: Series = {
    kind: 'series',
    length,
    // The predicted shape may say less than the actual depth.
    element: told && shapeDepth(told) >= shapeDepth(least) ? told : least,
    ...(labels && { labels }),
    ahead: (index, visit) => outcome.ahead(index, visit),
    at: async (index, visit) => {
      const given = givenBy(await outcome.at(index, visit), planned, port)
      if (!given) throw new Stopped(planned.node, 'waiting')
      return given
    },
  }
  return { value: series, owner: outcome }
}

const nested = (levels: number, shape: Shape): Shape =>
  levels > 0 ? { kind: 'sequence', element: nested(levels - 1, shape) } : shape

function shapeOf(planned: PlannedNode, port: string): Shape {
  const spec = planned.sockets.outputs[port]
  return spec?.type === 'sequence' ? { kind: 'sequence', element: { kind: 'unknown' } } : { kind: 'unknown' }
}
