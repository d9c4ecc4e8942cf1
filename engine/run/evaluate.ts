/**
 * From a step and what is given to it to its outcome. A node that takes one value and is given a sequence becomes a sequence
 * itself: it runs for an element when that is asked for.
 */
import { SightlineError } from '../types/problem.ts'
import type { Shape } from '../types/value.ts'
import { elementKey, type Key } from './keys.ts'
import { obtain } from './obtain.ts'
import type { Given, Holdable, Result, Series } from './result.ts'
import { runStep } from './run-node.ts'
import type { Machine } from './scope.ts'
import { depthOf, excess, shapeDepth } from './series.ts'
import type { Step } from './step.ts'
import { Stopped, type Visit } from './task.ts'

export type Inputs = Readonly<Record<string, Given>>
/** What a step came to: its result, or a run for each element of what it was given. */
export type Outcome = Result | Mapped

/** The outcome, held by the visit's lease. Throws Stopped. `level`: how many sequences it is inside. */
export async function evaluate(
  machine: Machine,
  step: Step,
  key: Key,
  inputs: Inputs,
  visit: Visit,
  level = 0,
): Promise<Outcome> {
  const { definition } = step
  const { task, lease } = visit
  const depths = Object.entries(inputs).map(([port, { value }]) => {
    const spec = definition.inputs[port]
    return { port, depth: depthOf(value), excess: spec ? excess(value, spec) : 0 }
  })
  const deepest = Math.max(0, ...depths.map(({ depth }) => depth))
  const each = depths.filter((input) => input.excess > 0)
  try {
    if (level + deepest > machine.sequenceDepth)
      throw new SightlineError('sequence.too-deep', { depth: level + deepest, limit: machine.sequenceDepth })
    if (each.length > 0) {
      const excess = Object.fromEntries(each.map((input) => [input.port, input.excess]))
      return lease.add(new Mapped(machine, step, key, inputs, excess, level))
    }
  } catch (error) {
    throw stopped(step, error, visit)
  }
  const pool = step.draft ? task.drafts : task.full
  const onRequest = definition.kind === 'effect' || definition.kind === 'job'
  return obtain(
    {
      pool,
      key,
      wants: step.wants,
      node: step.node,
      hidden: step.hidden,
      again: definition.kind === 'effect',
      manual: onRequest && !task.explicit,
      make: (signal, tell) => runStep({ machine, step, key, inputs, pool, task: { ...task, signal }, tell }),
    },
    visit,
  )
}

/** A problem that was found before the node could run. */
function stopped(step: Step, error: unknown, { task }: Visit): unknown {
  if (!(error instanceof SightlineError)) return error
  const problem = { code: error.code, params: error.params }
  task.report(step.node, { type: 'failed', problem })
  return new Stopped(step.node, 'failed', problem)
}

export class Mapped implements Holdable {
  readonly kind = 'mapped'
  readonly step: Step
  readonly length: number
  readonly labels: readonly string[] | undefined
  /** The inputs that are gone through together, and through how many levels; the others are the same for each element. */
  readonly excess: Readonly<Record<string, number>>
  readonly each: readonly string[]
  /** How many sequences are nested in what comes out, at least. */
  readonly levels: number
  /** How many of the step's own sequences it is inside. */
  readonly level: number
  readonly #machine: Machine
  readonly #key: Key
  readonly #inputs: Inputs

  /** Throws `sequence.lengths`. */
  constructor(
    machine: Machine,
    step: Step,
    key: Key,
    inputs: Inputs,
    excess: Readonly<Record<string, number>>,
    level: number,
  ) {
    this.#machine = machine
    this.step = step
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

  hold(): void {
    for (const { owner } of Object.values(this.#inputs)) owner.hold()
  }

  drop(): void {
    for (const { owner } of Object.values(this.#inputs)) owner.drop()
  }

  /** The outcome for element `index`, held by the visit's lease. */
  async at(index: number, visit: Visit): Promise<Outcome> {
    const { step } = this
    if (index < 0 || index >= this.length)
      throw stopped(step, new SightlineError('sequence.index', { index, length: this.length }), visit)
    const key = elementKey(this.#key, index)
    const pool = step.draft ? visit.task.drafts : visit.task.full
    const known = pool.get(key)
    // What is there needs no inputs.
    if (known?.has(step.wants) && !known.problem && step.definition.kind !== 'effect')
      return evaluate(this.#machine, step, key, {}, visit, this.level + 1)
    const inputs: Record<string, Given> = { ...this.#inputs }
    await Promise.all(
      this.each.map(async (port) => {
        const { value } = this.#inputs[port] as Given
        inputs[port] = await (value as Series).at(index, visit, step.node)
      }),
    )
    return evaluate(this.#machine, step, key, inputs, visit, this.level + 1)
  }
}

/** What an outcome gives at a port; undefined where it gives nothing there. */
export function givenBy(outcome: Outcome, step: Step, port: string): Given | undefined {
  if (!(outcome instanceof Mapped)) {
    const value = outcome.outputs[port]
    if (!value) return undefined
    // Errors of elements are the node's that gives the sequence, not of whoever asks for them.
    return value.kind === 'series'
      ? { value: { ...value, at: (index, visit) => value.at(index, visit, step.node) }, owner: outcome }
      : { value, owner: outcome }
  }
  const { length, labels, levels } = outcome
  const least = nested(levels - 1, shapeOf(step, port))
  let told = step.shapes?.[port]
  for (let level = 0; level <= outcome.level; level++) told = told?.kind === 'sequence' ? told.element : undefined
  const series: Series = {
    kind: 'series',
    length,
    // What is known beforehand may say less than how deep it is.
    element: told && shapeDepth(told) >= shapeDepth(least) ? told : least,
    ...(labels && { labels }),
    at: async (index, visit) => {
      const given = givenBy(await outcome.at(index, visit), step, port)
      if (!given) throw new Stopped(step.node, 'waiting')
      return given
    },
  }
  return { value: series, owner: outcome }
}

const nested = (levels: number, shape: Shape): Shape =>
  levels > 0 ? { kind: 'sequence', element: nested(levels - 1, shape) } : shape

function shapeOf(step: Step, port: string): Shape {
  const spec = step.definition.outputs[port]
  return spec?.type === 'sequence' ? { kind: 'sequence', element: { kind: 'unknown' } } : { kind: 'unknown' }
}
