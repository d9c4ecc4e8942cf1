/** Runs a node once, and makes a result of its outputs. */
import { LostError } from '../gpu/error.ts'
import { pause } from '../memory/breathe.ts'
import type { CountedStore } from '../memory/store.ts'
import type { Perform } from '../models/models.ts'
import { deviceOf } from '../ops/context.ts'
import { toProblem, wordsOf } from '../types/problem.ts'
import type { ProblemCode } from '../types/words.ts'
import type { SequenceValue, Value } from '../values/index.ts'
import { type Cost, Meter, ownTime } from './cost.ts'
import { effortDone, elementEffort } from './effort.ts'
import { type JobRun, jobContext } from './jobs.ts'
import { packed, restore } from './kept-results.ts'
import { elementKey, type Key } from './keys.ts'
import { type Holdable, Lease } from './lease.ts'
import { obtain } from './obtain.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Pool } from './pool.ts'
import { type Given, Result, type Series, type Wired } from './result.ts'
import { type Machine, Scope } from './scope.ts'
import { seriesOfOne } from './series.ts'
import { countedStores } from './stores.ts'
import { elementName, type NodeEvent, type Progress, quietly, Stopped, type Task, type Visit } from './task.ts'

export interface NodeRun {
  readonly machine: Machine
  readonly planned: PlannedNode
  readonly key: Key
  readonly inputs: Readonly<Record<string, Given>>
  readonly pool: Pool
  readonly task: Task
  readonly tell: (event: NodeEvent) => void
}

/** May differ the next time, though the key is the same. */
const passing = new Set<string>([
  'memory.full',
  'kernel.failed',
  'work.failed',
  'work.ended',
  'unexpected',
] satisfies ProblemCode[])

/** The result, held once and in the pool, even of a node that failed. Throws if nothing is to be kept. */
export async function runNode(run: NodeRun): Promise<Result> {
  const { machine, planned, key, inputs, pool, task } = run
  const isJob = planned.definition.kind === 'job'
  const lease = new Lease()
  const known = pool.get(key)
  if (known) lease.add(known)
  for (const { owner } of Object.values(inputs)) lease.add(owner)
  const before = known?.problem || task.restart ? undefined : known
  const wanted = new Set([...planned.wants].filter((output) => !before?.asked.has(output)))
  try {
    // Only now that its inputs are held, because the caller may leave meanwhile. Jobs are few.
    if (!isJob) await pause()
    if (isJob && !task.restart) {
      const finished = await restore(machine, key, task, lease)
      if (finished) {
        finished.hold()
        return finished
      }
    }
    const made = isJob ? await attemptJob(run, wanted, lease) : await attempt(run, wanted, lease)
    const stores = new Set(made.stores)
    for (const store of before?.stores ?? [])
      if (!stores.has(store)) {
        store.retain()
        stores.add(store)
      }
    const result = new Result(key, {
      outputs: { ...made.outputs, ...before?.outputs },
      stores,
      asked: new Set([...planned.wants, ...(before?.asked ?? []), ...Object.keys(made.outputs)]),
      needs: before ? [...made.needs, before] : made.needs,
      ms: made.ms + (before?.ms ?? 0),
      cost: made.cost,
      gpuMs: together(made.gpuMs, before?.gpuMs),
    })
    made.home.result = result
    publish(pool, result)
    noteTime(run, made)
    if (isJob) await keep(run, result)
    return result
  } catch (error) {
    if (task.signal.aborted || error instanceof Stopped || error instanceof LostError) throw error
    const problem = toProblem(error)
    if (passing.has(problem.code) || planned.definition.kind === 'effect') throw error
    return publish(pool, new Result(key, { outputs: {}, stores: [], asked: new Set(), ms: 0, problem }))
  } finally {
    lease.end()
  }
}

/** For the estimates of later runs. Quick previews work on less, so their times are of no use. */
function noteTime({ machine, planned, inputs }: NodeRun, { outputs, ms }: Attempt): void {
  if (!planned.draft) machine.times.note(deviceOf(machine.devices), effortDone(planned, inputs, outputs), ms)
}

function publish(pool: Pool, result: Result): Result {
  result.hold()
  pool.put(result)
  return result
}

interface Attempt {
  readonly outputs: Readonly<Record<string, Wired>>
  readonly stores: readonly CountedStore[]
  readonly needs: readonly Holdable[]
  readonly home: Home
  readonly ms: number
  readonly cost: Cost
  readonly gpuMs: number | undefined
}

/** The result that contains a run's sequences, once there is one. */
interface Home {
  result?: Result
}

/** A job goes on from its checkpoint, and ends where it is paused. */
async function attemptJob(run: NodeRun, wanted: ReadonlySet<string>, lease: Lease): Promise<Attempt> {
  const { machine, planned, key, task, tell } = run
  const { jobs, jobSlots } = machine
  const checkpoint = task.restart ? undefined : await jobs.storage.read(key, 'checkpoint')
  const job = jobs.begin(key, planned.node, tell, checkpoint?.parts[0])
  if (checkpoint) tell({ type: 'noted', note: resumedNote(await jobs.checkpointOf(key)) })
  try {
    const signal = AbortSignal.any([task.signal, job.signal])
    const made = await attempt(
      { ...run, machine: { ...machine, slots: jobSlots }, task: { ...task, signal } },
      wanted,
      lease,
      job,
    )
    jobs.end(job, true)
    return made
  } catch (error) {
    jobs.end(job, false)
    // What the node threw because of the pause says less.
    job.signal.throwIfAborted()
    throw error
  }
}

function resumedNote({ progress }: { readonly progress?: Progress } = {}): string {
  if (!progress) return 'Resumed.'
  return `Resumed at ${Math.round(progress.fraction * 100)} %${progress.say ? ` (${progress.say})` : ''}.`
}

/** Writes the result to the disk, where the next start finds it. The job has succeeded also where that fails. */
async function keep({ machine, key, tell }: NodeRun, result: Result): Promise<void> {
  const { storage } = machine.jobs
  try {
    const file = await packed(machine, result)
    if (!file) return
    await storage.write(key, 'result', file.head, file.parts)
    await storage.remove(key, 'checkpoint')
  } catch (error) {
    tell({
      type: 'noted',
      note: wordsOf({
        code: 'job.not-kept',
        params: { message: error instanceof Error ? error.message : String(error) },
      }),
    })
  }
}

async function attempt(run: NodeRun, wanted: ReadonlySet<string>, lease: Lease, job?: JobRun): Promise<Attempt> {
  const { machine, planned, key, inputs, task, tell } = run
  const { definition } = planned
  const progress = (fraction: number, say?: string): void => {
    job?.progress(fraction, say)
    tell({ type: 'progress', fraction, ...(say !== undefined && { say }), ...(job && { job: job.state }) })
  }
  const scope = new Scope(machine, planned.node, (index, length) => progress(index / length, `${index + 1}/${length}`))
  const note = (text: string): void => tell({ type: 'noted', note: text })
  const values = handed(planned, inputs, scope)
  const { taken, cost } = await measured(tell, (meter) =>
    scope.take(
      task,
      lease,
      async () => {
        tell({ type: 'running' })
        machine.counters.runs++
        const { signal } = task
        const services = task.servicesOf?.(planned.node) ?? task.services
        const modelsBy = (perform: Perform) => scope.models({ services, signal, perform, progress, note })
        const outputs = await definition.run(givenTo(planned, values), {
          inputs: values,
          ops: scope.ops,
          apart: (of) => scope.apart((ops, perform) => of(ops, modelsBy(perform))),
          signal,
          services,
          models: modelsBy(scope.perform),
          scale: planned.scale,
          seed: seedOf(planned),
          wants: (output) => wanted.has(output),
          progress,
          note,
          claim: async (targets) => task.targets?.claim(planned, key, targets),
          work: (work, input, options) => machine.work.run(work, input, { signal: task.signal, progress, ...options }),
          ...(job && { job: jobContext(job, (outputs) => settled(planned, outputs)) }),
          ...(planned.frame && { frame: planned.frame }),
        })
        return settled(planned, outputs)
      },
      (outputs, made) => {
        const results = Object.values(outputs)
        const stores = results.flatMap(countedStores)
        if (!results.some(({ kind }) => kind === 'sequence')) return stores
        // Its elements may be made from anything the node had in hand.
        return [...stores, ...made, ...Object.values(values).flatMap(countedStores)]
      },
      meter,
    ),
  )
  const { result, stores, owners, gpuMs } = taken
  const home: Home = {}
  const sequences = Object.values(result).some(({ kind }) => kind === 'sequence')
  // A single value that was collected is a sequence to the node: its elements are made of it later, too.
  const series = Object.entries(inputs)
    .filter(([port, { value }]) => value.kind === 'series' || planned.sockets.inputs[port]?.collect)
    .map(([, given]) => given)
  return {
    outputs: Object.fromEntries(
      Object.entries(result).map(([port, value]) => [port, inward(value, `${key}.${port}`, { ...run, scope, home })]),
    ),
    stores,
    needs: sequences ? [...series.map(({ owner }) => owner), ...owners] : [],
    home,
    ms: ownTime(cost),
    cost,
    gpuMs,
  }
}

/** Reports the cost of the work, whether it succeeds or fails. */
async function measured<T>(
  tell: NodeRun['tell'],
  work: (meter: Meter) => Promise<T>,
): Promise<{ readonly taken: T; readonly cost: Cost }> {
  const meter = new Meter()
  let cost: Cost | undefined
  const end = (): Cost => {
    cost ??= meter.end()
    return cost
  }
  try {
    const taken = await work(meter)
    return { taken, cost: end() }
  } finally {
    tell({ type: 'spent', cost: end() })
  }
}

const together = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

export const seedOf = ({ params }: PlannedNode): number => (typeof params.seed === 'number' ? params.seed : 0)

/** What arrives at a node's inputs, as its `run` sees it. */
export function handed(
  { sockets }: PlannedNode,
  inputs: Readonly<Record<string, Given>>,
  scope: Scope,
): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const [port, spec] of Object.entries(sockets.inputs)) {
    const input = inputs[port]
    if (!input) continue
    const alone = spec.collect && input.value.kind !== 'series'
    values[port] = scope.outward(alone ? seriesOfOne(input) : input.value)
  }
  return values
}

/** Inputs and parameters together. If a dynamic socket has the same name as a parameter, the parameter wins. */
export const givenTo = ({ params }: PlannedNode, values: Readonly<Record<string, Value>>): Record<string, unknown> => ({
  ...values,
  ...params,
})

const isValue = (given: unknown): given is Value => typeof given === 'object' && given !== null && 'kind' in given

/** The node's outputs, once all of them are there. */
export async function settled(
  { definition, sockets }: PlannedNode,
  outputs: Readonly<Record<string, unknown>>,
): Promise<Record<string, Value>> {
  const entries = await Promise.all(
    Object.keys(sockets.outputs).map(async (port) => [port, await outputs[port]] as const),
  )
  const values: Record<string, Value> = {}
  for (const [port, value] of entries) {
    if (value === undefined) continue
    const wanted = sockets.outputs[port]?.type
    if (!isValue(value) || (wanted !== 'any' && value.kind !== wanted))
      throw new Error(`${definition.type} gave no ${wanted} at its output "${port}"`)
    values[port] = value
  }
  return values
}

/** Where a sequence comes from. */
interface Origin extends Pick<NodeRun, 'machine' | 'planned' | 'pool'> {
  readonly scope: Scope
  readonly home: Home
}

/** A node's value in the form for wires. `key` names it. */
function inward(value: Value, key: Key, origin: Origin): Wired {
  if (value.kind !== 'sequence') return value
  const { length, element, labels } = value
  const at = (index: number, visit: Visit, node: string): Promise<Given> =>
    elementOf(value, index, elementKey(key, index), visit, node, origin)
  const ahead = async (index: number, { task, lease }: Visit): Promise<void> => {
    await at(index, { task: quietly(task), lease }, origin.planned.node).catch(() => undefined)
  }
  return { kind: 'series', length, element, ...(labels && { labels }), at, ahead } satisfies Series
}

const one = new Set(['element'])

/** Element `index` of a node's sequence, kept by key. */
async function elementOf(
  sequence: SequenceValue,
  index: number,
  key: Key,
  visit: Visit,
  node: string,
  origin: Origin,
): Promise<Given> {
  const { pool, planned } = origin
  const result = await obtain(
    {
      pool,
      key,
      wants: one,
      node,
      hidden: planned.hidden,
      element: elementName(index, sequence),
      again: false,
      make: (signal, tell) => makeElement(sequence, index, key, { ...visit.task, signal }, tell, origin),
    },
    visit,
  )
  const value = result.outputs.element
  if (!value) throw new Error(`element ${index} is missing`)
  return { value, owner: result }
}

async function makeElement(
  sequence: SequenceValue,
  index: number,
  key: Key,
  task: Task,
  tell: NodeRun['tell'],
  origin: Origin,
): Promise<Result> {
  const { pool, scope, machine } = origin
  const lease = new Lease()
  if (origin.home.result) lease.add(origin.home.result)
  try {
    const { taken, cost } = await measured(tell, (meter) =>
      scope.take(
        task,
        lease,
        () => {
          tell({ type: 'running' })
          return sequence.at(index, task.signal)
        },
        (value, made) => (value.kind === 'sequence' ? made : countedStores(value)),
        meter,
      ),
    )
    const { result, stores, owners, gpuMs } = taken
    const home: Home = {}
    const outputs = { element: inward(result, key, { ...origin, home }) }
    const needs = result.kind === 'sequence' && origin.home.result ? [...owners, origin.home.result] : []
    home.result = new Result(key, { outputs, stores, asked: one, needs, ms: ownTime(cost), cost, gpuMs })
    if (!origin.planned.draft)
      machine.times.note(deviceOf(machine.devices), elementEffort(origin.planned), home.result.ms)
    return publish(pool, home.result)
  } catch (error) {
    if (task.signal.aborted || error instanceof Stopped || error instanceof LostError) throw error
    const problem = toProblem(error)
    if (passing.has(problem.code)) throw error
    return publish(pool, new Result(key, { outputs: {}, stores: [], asked: one, ms: 0, problem }))
  } finally {
    lease.end()
  }
}
