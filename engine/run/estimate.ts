/**
 * What a run will take, before it: which nodes have to run, about how long each takes by earlier runs on this machine, and the
 * memory that their results and models take by their shapes. Both only as far as they are known.
 */
import type { ModelFacts } from '../graph/models.ts'
import { deviceOf } from '../ops/context.ts'
import type { Estimate } from '../protocol/estimate.ts'
import { type Shape, shapeDepth } from '../values/index.ts'
import { bytesOf, numbersOf, sumOf } from './amounts.ts'
import { effortOf, elementEffort, maxOf } from './effort.ts'
import { madeAnew } from './evaluate.ts'
import { elementKey, type Key } from './keys.ts'
import type { Plan } from './plan.ts'
import type { Link, PlannedNode } from './planned-node.ts'
import type { World } from './world.ts'

/** The shape that arrives over a wire. A converter on it changes little. */
function arriving({ from, port }: Link): Shape | undefined {
  if (!from.hidden) return from.shapes?.[port]
  const [before] = Object.values(from.inputs)
  return before && arriving(before)
}

/** How many elements the outer `levels` of a shape have, and what each is. */
function peeled(shape: Shape | undefined, levels: number): { count: number | undefined; each: Shape | undefined } {
  if (levels === 0) return { count: 1, each: shape }
  if (shape?.kind !== 'sequence') return { count: undefined, each: undefined }
  const inner = peeled(shape.element, levels - 1)
  const count = shape.length === undefined || inner.count === undefined ? undefined : shape.length * inner.count
  return { count, each: inner.each }
}

/** What a node is given for each of its runs, and how many there are; undefined where it is not known. */
function runsOf({ analysis }: Plan, planned: PlannedNode) {
  const check = planned.hidden ? undefined : analysis.nodes.get(planned.node)
  const arrivals = Object.entries(planned.inputs).map(([port, link]) => {
    const shape = arriving(link)
    const levels = check ? (check.inputs[port]?.levels ?? 0) : shape ? shapeDepth(shape) : 0
    return { levels, ...peeled(shape, levels) }
  })
  // All sequences that a node iterates over have the same length.
  const count = arrivals.reduce<number | undefined>((most, { count }) => maxOf(most, count), 1)
  return {
    count,
    levels: Math.max(0, ...arrivals.map(({ levels }) => levels)),
    given: arrivals.map(({ each }) => each),
  }
}

interface Todo {
  readonly planned: PlannedNode
  readonly ms: number | undefined
  readonly bytes: number | undefined
  readonly runs: number | undefined
}

/** What is left to do of a node; undefined: nothing. */
function todoOf({ machine, full }: World, { plan, fresh }: EstimateOptions, planned: PlannedNode): Todo | undefined {
  const { times, devices } = machine
  const device = deviceOf(devices)
  const { count, levels, given } = runsOf(plan, planned)
  const isKept = (key: Key): boolean => !fresh && full.has(key, planned.wants) && !madeAnew(planned, {})
  let runs = count
  if (levels === 0) runs = isKept(planned.key) ? 0 : 1
  else if (levels === 1 && count !== undefined)
    for (let i = 0; i < count; i++) if (isKept(elementKey(planned.key, i))) runs = (runs ?? 0) - 1
  if (runs === 0) return undefined
  const made = [...planned.wants].map((port) => planned.shapes?.[port])
  const once = times.expect(device, effortOf(planned, given.map(numbersOf), made.map(numbersOf)))
  const elements = elementsOf(planned)
  const ofElements = elements === 0 ? 0 : product(times.expect(device, elementEffort(planned)), elements)
  const bytes = planned.hidden ? 0 : sumOf(made.map(bytesOf))
  return { planned, ms: sumOf([product(once, runs), ofElements]), bytes, runs }
}

const product = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b

/** How many elements of its own a source makes, such as the files of a folder. */
function elementsOf({ inputs, shapes, wants }: PlannedNode): number | undefined {
  if (Object.keys(inputs).length > 0) return 0
  const sequence = [...wants].map((port) => shapes?.[port]).find((shape) => shape?.kind === 'sequence')
  return sequence ? peeled(sequence, shapeDepth(sequence)).count : 0
}

export interface EstimateOptions {
  readonly plan: Plan
  /** Only these (`outer/inner`), those inside them, and what they need. */
  readonly nodes?: readonly string[] | undefined
  readonly models: ModelFacts
  /** Nothing is kept from earlier runs. */
  readonly fresh?: boolean | undefined
}

/** In running order, after all that feed them. */
function toRun(world: World, options: EstimateOptions): { todo: Todo[]; kept: number } {
  const { plan, nodes } = options
  const todo: Todo[] = []
  const seen = new Set<PlannedNode>()
  const stack: { readonly own: Todo; readonly inputs: Link[] }[] = []
  let kept = 0
  const enter = (planned: PlannedNode): void => {
    if (seen.has(planned)) return
    seen.add(planned)
    const own = todoOf(world, options, planned)
    if (own) stack.push({ own, inputs: Object.values(planned.inputs) })
    else if (!planned.hidden) kept++
  }
  const isMeant = (id: string): boolean => !nodes || nodes.some((node) => id === node || id.startsWith(`${node}/`))
  for (const [id, planned] of plan.nodes) {
    if (isMeant(id)) enter(planned)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.inputs.pop()
      if (next) enter(next.from)
      else {
        stack.pop()
        todo.push(top.own)
      }
    }
  }
  return { todo, kept }
}

/**
 * The most bytes at one time. Results stay while there is room; where there is none, those go that no later node of the
 * run needs. What no node needs is what the run is for, and stays.
 */
function mostBytes(todo: readonly Todo[], room: number): number {
  const last = new Map<PlannedNode, number>()
  for (const [i, { planned }] of todo.entries()) for (const { from } of Object.values(planned.inputs)) last.set(from, i)
  const isHeld = (one: PlannedNode, now: number): boolean => (last.get(one) ?? Number.POSITIVE_INFINITY) >= now
  const kept = new Map<PlannedNode, number>()
  let [sum, most] = [0, 0]
  for (const [i, { planned, bytes = 0 }] of todo.entries()) {
    kept.set(planned, bytes)
    sum += bytes
    for (const [one, size] of kept) {
      if (sum <= room) break
      if (isHeld(one, i)) continue
      kept.delete(one)
      sum -= size
    }
    // Of the sequences in hand only an element at a time has to stay.
    const held = [...kept].reduce((sum, [one, size]) => (isHeld(one, i) ? sum + atOnce(one, size) : sum), 0)
    most = Math.max(most, Math.min(sum, Math.max(room, held)))
  }
  return most
}

/** How many bytes of a result are needed at one time. */
function atOnce({ shapes = {}, wants }: PlannedNode, bytes: number): number {
  const counts = [...wants].map((port) => peeled(shapes[port], shapes[port] ? shapeDepth(shapes[port]) : 0).count)
  return bytes / Math.max(1, ...counts.map((count = 1) => count))
}

/** The bytes of the models that nodes will load, by node; each counts once. */
async function modelBytes({ machine: { shelf, times } }: World, todo: readonly Todo[], models: ModelFacts) {
  const loaded = new Set(shelf?.list().map(({ id }) => id))
  const bytes = new Map<string, number>()
  for (const { planned } of todo) {
    const { node, definition, params } = planned
    if (definition.kind !== 'pure') continue
    for (const [name, { type }] of Object.entries(definition.params)) {
      const path = params[name]
      if (type !== 'file' || typeof path !== 'string') continue
      // What cannot be read is said on its node.
      const model = await models.describe(path).catch(() => undefined)
      if (!model || loaded.has(model.sha256)) continue
      loaded.add(model.sha256)
      bytes.set(node, (bytes.get(node) ?? 0) + (times.modelBytes(model.sha256) ?? model.bytes))
    }
  }
  return bytes
}

export async function estimate(world: World, options: EstimateOptions): Promise<Estimate> {
  const { todo, kept } = toRun(world, options)
  const ofModels = await modelBytes(world, todo, options.models)
  const nodes = new Map<string, Estimate['nodes'][number]>()
  for (const { planned, ms, bytes, runs } of todo) {
    const { node } = planned
    const before = nodes.get(node)
    const own = sumOf([bytes, before?.bytes ?? ofModels.get(node) ?? 0])
    const time = before ? sumOf([ms, before.ms]) : ms
    nodes.set(node, {
      ...{ node, ...(time !== undefined && { ms: time }), ...(own !== undefined && { bytes: own }) },
      ...(runs !== undefined && { runs }),
    })
  }
  const models = [...ofModels.values()].reduce((sum, bytes) => sum + bytes, 0)
  return {
    ms: [...nodes.values()].reduce((sum, { ms = 0 }) => sum + ms, 0),
    bytes: mostBytes(todo, world.full.memory) + models,
    nodes: [...nodes.values()],
    kept,
  }
}
