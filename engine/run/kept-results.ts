/** Results of jobs on the disk: each value's head as text, and the numbers of its parts. */
import { bringToCpu, makeOps, readNumbers } from '../ops/context.ts'
import { bytesEach, viewOf } from '../values/dtype.ts'
import { assemble, headText } from '../values/head.ts'
import { partsOf, type TensorShape, type TensorValue, type Value } from '../values/index.ts'
import type { KeptFile } from './job-storage.ts'
import type { Key } from './keys.ts'
import type { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import { Result, type Wired } from './result.ts'
import type { Machine } from './scope.ts'
import { countedStores } from './stores.ts'
import type { Task } from './task.ts'

/** What is written of a result besides the numbers. */
interface Head {
  readonly ms: number
  /** By output. `parts` in the order of the file's. */
  readonly outputs: Readonly<Record<string, KeptValue>>
}
interface KeptValue {
  readonly head: string
  readonly parts: readonly ({ readonly name: string } & Omit<TensorShape, 'kind'>)[]
}

/** Files are verified by hash and have a version, so this only tells a result from something else. */
const isResult = (head: unknown): head is Head => typeof head === 'object' && head !== null && 'outputs' in head

/**
 * The result of a finished job that is on the disk, in its pool and held by the lease. Undefined where there is none, or where
 * the run is to make it again. Where somebody records what each node reads, the inputs are made first: then `runNode` asks.
 */
export async function restored(
  machine: Machine,
  planned: PlannedNode,
  key: Key,
  task: Task,
  lease: Lease,
): Promise<Result | undefined> {
  if (planned.definition.kind !== 'job' || task.restart || task.servicesOf || task.full.has(key, planned.wants))
    return undefined
  return restore(machine, key, task, lease)
}

/** As `restored`, whatever the task. */
export async function restore(machine: Machine, key: Key, task: Task, lease: Lease): Promise<Result | undefined> {
  const file = await machine.jobs.storage.read(key, 'result')
  const result = file && (await unpacked(machine, key, file, task.signal))
  if (!result) return undefined
  lease.add(result)
  task.full.put(result)
  return result
}

/** What is written of a result; undefined: it has a sequence, whose elements are made on request. */
export async function packed({ devices }: Machine, { outputs, ms }: Result): Promise<KeptFile | undefined> {
  const heads: Record<string, KeptValue> = {}
  const numbers: Uint8Array<ArrayBuffer>[] = []
  for (const [port, value] of Object.entries(outputs)) {
    if (value.kind === 'series') return undefined
    const parts: KeptValue['parts'][number][] = []
    for (const [name, part] of Object.entries(partsOf(value))) {
      const { shape, axes, dtype } = part
      parts.push({ name, shape, axes, ...(dtype && { dtype }) })
      const done = await bringToCpu(part, devices.arena)
      try {
        numbers.push(new Uint8Array(readNumbers(part).buffer))
      } finally {
        done()
      }
    }
    heads[port] = { head: headText(value), parts }
  }
  return { head: { ms, outputs: heads } satisfies Head, parts: numbers }
}

/** The result, not held and in no pool. Undefined where the file is of another form. */
async function unpacked(
  { devices }: Machine,
  key: Key,
  file: KeptFile,
  signal: AbortSignal,
): Promise<Result | undefined> {
  if (!isResult(file.head)) return undefined
  const { ms, outputs: kept } = file.head
  const work = makeOps(devices, signal)
  const outputs: Record<string, Value> = {}
  let next = 0
  try {
    for (const [port, { head, parts }] of Object.entries(kept)) {
      const made: Record<string, TensorValue> = {}
      for (const { name, dtype, ...rest } of parts) {
        const bytes = file.parts[next++]
        if (!bytes) return undefined
        const shape: TensorShape = { kind: 'tensor', ...rest, ...(dtype && { dtype }) }
        const type = dtype ?? 'float32'
        const numbers = viewOf(type, bytes.buffer, bytes.byteOffset, bytes.byteLength / bytesEach(type))
        made[name] = (await work.ops.fromNumbers({ shape, numbers })) as TensorValue
      }
      outputs[port] = assemble(head, made)
    }
    const values = Object.values(outputs)
    work.finish(values)
    const stores = new Set(values.flatMap(countedStores))
    return new Result(key, {
      outputs: outputs as Record<string, Wired>,
      stores,
      asked: new Set(Object.keys(outputs)),
      ms,
    })
  } finally {
    work.finish([])
  }
}
