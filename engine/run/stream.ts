/**
 * An explicit run of sequences: one element at a time goes through everything that wants it, while the next one is made, and is
 * released after it, so that a folder of any size needs the memory of a few elements.
 */
import { givenBy, Mapped, type Outcome } from './evaluate.ts'
import type { Execution } from './execution.ts'
import { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given } from './result.ts'
import { type ElementName, elementName, Stopped } from './task.ts'

export interface Target {
  readonly planned: PlannedNode
  /** The outputs whose values are handed out. */
  readonly ports: readonly string[]
}

/** Receives the results. */
export interface Receiver {
  /** Each value of a target, of sequences each element: `path` says which. The value is released when the promise settles. */
  onValue?(target: Target, port: string, given: Given, path: readonly number[]): void | Promise<void>
  /** A sequence that is about to be iterated. */
  onSequence?(target: Target, port: string, given: Given): void
}

/** Something that is iterated element by element. */
interface Stream {
  readonly target: Target
  /** Those with the same root advance together. */
  readonly root: string
  readonly length: number
  /** What remains to iterate of element `index`. */
  at(index: number, lease: Lease): Promise<readonly Stream[]>
  /** What can be made of element `index` before its turn is made. */
  ahead(index: number, lease: Lease): Promise<void>
}

/** Runs the targets to their ends. Failures are reported to the task; the rest goes on. */
export async function runThrough(execution: Execution, targets: readonly Target[], receiver: Receiver): Promise<void> {
  const lease = new Lease()
  try {
    const streams = await Promise.all(
      targets.map((target) =>
        attempt(execution, target, async () => {
          const own = new Lease()
          const outcome = await execution.resolve(target.planned, own)
          const left = await open({ execution, target, receiver, lease, path: [] }, outcome)
          if (left.length > 0) lease.add(outcome)
          own.end()
          return left
        }),
      ),
    )
    await goThrough(execution, streams.flat())
  } finally {
    lease.end()
  }
}

interface Context {
  readonly execution: Execution
  readonly target: Target
  readonly receiver: Receiver
  readonly lease: Lease
  readonly path: readonly number[]
}

/** Hands out single values, and returns sequences. */
async function open(context: Context, outcome: Outcome): Promise<readonly Stream[]> {
  const { execution, target, path, receiver } = context
  const root = execution.rootOf(target.planned, path.length)
  const first = path.length === 0
  if (outcome instanceof Mapped) {
    if (first)
      for (const port of target.ports) {
        const given = givenBy(outcome, target.planned, port)
        if (given) receiver.onSequence?.(target, port, given)
      }
    const at = async (index: number, lease: Lease): Promise<readonly Stream[]> => {
      const next = { ...context, lease, path: [...path, index] }
      return open(next, await outcome.at(index, { task: execution.task, lease }))
    }
    const ahead = (index: number, lease: Lease): Promise<void> => outcome.ahead(index, { task: execution.task, lease })
    return [{ target, root, length: outcome.length, at, ahead }]
  }
  const streams: Stream[] = []
  for (const port of target.ports) {
    const given = givenBy(outcome, target.planned, port)
    if (given) streams.push(...(await openValue(context, port, given)))
  }
  return streams
}

async function openValue(context: Context, port: string, given: Given): Promise<readonly Stream[]> {
  const { execution, target, path, receiver } = context
  const { value } = given
  if (value.kind !== 'series') {
    await receiver.onValue?.(target, port, given, path)
    return []
  }
  if (path.length === 0) receiver.onSequence?.(target, port, given)
  const at = async (index: number, lease: Lease): Promise<readonly Stream[]> => {
    const next = { ...context, lease, path: [...path, index] }
    return openValue(next, port, await value.at(index, { task: execution.task, lease }, target.planned.node))
  }
  const ahead = (index: number, lease: Lease): Promise<void> => value.ahead(index, { task: execution.task, lease })
  return [{ target, root: execution.rootOf(target.planned, path.length), length: value.length, at, ahead }]
}

async function goThrough(execution: Execution, streams: readonly Stream[], outermost = true): Promise<void> {
  const groups = Map.groupBy(streams, ({ root, length }) => `${root} ${length}`)
  for (const group of groups.values()) {
    const length = group[0]?.length ?? 0
    let [lease, coming] = [new Lease(), new Lease()]
    try {
      for (let index = 0; index < length; index++) {
        // The next one is prepared while a network runs for this one.
        const held = coming
        const ahead = index + 1 < length ? group.map((stream) => stream.ahead(index + 1, held)) : []
        try {
          await oneElement(execution, group, index, lease, outermost)
        } finally {
          await Promise.all(ahead)
          lease.end()
        }
        lease = coming
        coming = new Lease()
      }
    } finally {
      lease.end()
      coming.end()
    }
    if (outermost)
      for (const { target } of group)
        execution.task.report(target.planned.node, { type: 'streaming', index: length, length })
  }
}

/** Runs all streams of a group for one element. */
async function oneElement(
  execution: Execution,
  group: readonly Stream[],
  index: number,
  lease: Lease,
  outermost: boolean,
): Promise<void> {
  const inner = await Promise.all(
    group.map(({ target, at, length }) =>
      attempt(
        execution,
        target,
        () => {
          if (outermost) execution.task.report(target.planned.node, { type: 'streaming', index, length })
          return at(index, lease)
        },
        outermost ? elementName(index, { length }) : undefined,
      ),
    ),
  )
  await goThrough(execution, inner.flat(), false)
}

/** What stops one element, or one target, does not stop the others; its error has been reported where it happened. */
async function attempt(
  execution: Execution,
  target: Target,
  work: () => Promise<readonly Stream[]>,
  element?: ElementName,
): Promise<readonly Stream[]> {
  try {
    return await work()
  } catch (error) {
    execution.task.signal.throwIfAborted()
    if (!(error instanceof Stopped)) throw error
    if (error.node !== target.planned.node || error.why !== 'failed')
      execution.task.report(target.planned.node, { type: 'stopped', stopped: error, element })
    return []
  }
}
