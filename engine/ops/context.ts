/**
 * Ops as one run of a node calls them: on the GPU if there is one and the op supports it, else on the CPU; an op's inputs are
 * brought to where it works. Inputs are pinned while an op works; what it does not return is freed when it ends, and what the
 * node does not return is freed when the node ends, also after an error or an abort.
 */
import type { GpuDevice } from '../gpu/device.ts'
import { GpuError } from '../gpu/error.ts'
import { gpuNow, toCpu, toGpu } from '../gpu/store.ts'
import type { Arena } from '../memory/arena.ts'
import { ArenaStore, CountedStore, CpuStore, cpuNow, cpuStore, EightBitStore } from '../memory/store.ts'
import type { DeviceWords } from '../types/device.ts'
import { SightlineError } from '../types/problem.ts'
import { type Numbers, viewOf } from '../values/dtype.ts'
import { describeShape, type Value } from '../values/index.ts'
import type { Ops } from './calls.ts'
import { floatsFrom } from './cast/floats.ts'
import { unsupported } from './check.ts'
import { type CpuDevice, KernelError } from './cpu.ts'
import { createCpuContext } from './cpu-context.ts'
import { createGpuContext } from './gpu-context.ts'
import { ops as registry } from './index.ts'
import type { OpDefinition, Readable, StoredValue } from './op.ts'
import { countOf, dtypeOf } from './shape.ts'
import type { TensorDevice } from './tensorflow.ts'

/** What ops run on. */
export interface Devices {
  readonly cpu: CpuDevice
  readonly arena: Arena
  /** Absent: everything is done on the CPU. */
  readonly gpu?: GpuDevice | undefined
  /** TensorFlow.js where it is not the GPU's. Absent: ops that need it fail. */
  readonly tensors?: TensorDevice | undefined
}

/** The device, for display. */
export const deviceOf = ({ cpu, gpu }: Pick<Devices, 'cpu' | 'gpu'>): DeviceWords =>
  gpu && gpu.gone === undefined
    ? { kind: 'gpu', name: gpu.name, threads: cpu.threads }
    : { kind: 'cpu', name: 'cpu', threads: cpu.threads }

export interface NodeOps {
  readonly ops: Ops
  /** Calls an op that is not among `ops`, under the same rules. */
  perform<I extends readonly StoredValue[], P, R>(op: OpDefinition<I, P, R>, inputs: I, params: P): Promise<R>
  /** Waits for the work left to the GPU; returns its kernels' time in ms, if it has a clock. Throws like ops. */
  settle(): Promise<number | undefined>
  /**
   * Ends the run: the caller now holds one reference to each of `keep`, whether made here or passed in; everything else that
   * was made is freed. An op still running frees what it has when it ends; ops called later throw.
   */
  finish(keep: Iterable<Value | CountedStore>): void
}

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>
type Work = (op: AnyOp, inputs: readonly StoredValue[], params: unknown) => Promise<unknown>

/** @param moving is given everything that brings numbers to where they are needed, to measure it */
export function makeOps(
  { cpu, arena, gpu, tensors }: Devices,
  signal: AbortSignal,
  moving: <T>(move: () => Promise<T>) => Promise<T> = (move) => move(),
): NodeOps {
  /** Made by ops of this run, one reference each. */
  const made = new Set<CountedStore>()
  /** Inputs that are kept in 8 bits, of which this run needed the floats. */
  const unpacked = new Set<EightBitStore>()
  const timer = gpu?.takeTimer()
  let onGpu = false
  let finished = false

  function checkOpen(op: AnyOp): void {
    if (finished) throw new Error(`the op "${op.name}" was still running when its node ended`)
  }
  function keep(stores: readonly CountedStore[]): void {
    for (const store of stores)
      if (finished) store.release()
      else made.add(store)
  }

  const workOnCpu: Work = async (op, inputs, params) => {
    const context = createCpuContext(cpu, arena, tensors, signal)
    let returned: ReadonlySet<CountedStore> = new Set()
    try {
      for (const { store } of inputs) {
        if (store instanceof EightBitStore && !op.eightBit) unpacked.add(store)
        await bring(
          () => (op.eightBit && store instanceof EightBitStore ? store : cpuNow(store)),
          () => (store instanceof EightBitStore ? unpack(store, cpu, arena) : moving(() => toCpu(store, arena))),
          (here) => context.pin(here),
          moving,
        )
      }
      const result = await op.cpu(context, inputs, params)
      checkOpen(op)
      returned = new Set(storesIn(result))
      return result
    } finally {
      keep(await context.end(returned))
      if (finished) dropFloats()
    }
  }
  const dropFloats = (): void => {
    for (const store of unpacked) store.dropFloats()
  }

  const workOnGpu =
    (device: GpuDevice): Work =>
    async (op, inputs, params) => {
      const context = createGpuContext(device, signal, timer)
      let returned: ReadonlySet<CountedStore> = new Set()
      try {
        for (const { store } of inputs)
          await bring(
            () => gpuNow(store, device),
            () => moving(() => toGpu(store, device)),
            (here) => context.pin(here),
            moving,
          )
        const result = await op.gpu?.(context, inputs, params)
        checkOpen(op)
        onGpu = true
        returned = new Set(storesIn(result))
        return result
      } finally {
        keep(context.end(returned))
      }
    }

  async function call(op: AnyOp, args: readonly unknown[]): Promise<unknown> {
    if (finished) throw new Error(`the op "${op.name}" was called after its node had ended`)
    signal.throwIfAborted()
    const inputs = args.slice(0, -1) as StoredValue[]
    const params = args.at(-1)
    checkDtypes(op, inputs)
    // The GPU holds only float32 values, and no empty ones.
    const suitsGpu = inputs.every((value) => dtypeOf(value) === 'float32' && countOf(value) > 0)
    try {
      const elsewhere = op.tensorflow && (await tensors?.backend()) === 'tensorflow'
      if (gpu && gpu.gone === undefined && op.gpu && suitsGpu && !elsewhere)
        return await workOnGpu(gpu)(op, inputs, params)
    } catch (error) {
      if (!(error instanceof GpuError)) throw error
      if (error.trouble === 'failed') throw failed(op.name, error.message, error)
    }
    try {
      return await workOnCpu(op, inputs, params)
    } catch (error) {
      if (error instanceof KernelError) throw failed(error.kernel, said(error), error)
      throw error
    }
  }

  const entries = Object.entries(registry).map(([name, op]) => {
    return [name, (...args: unknown[]) => call(op as unknown as AnyOp, args)]
  })
  return {
    ops: Object.fromEntries(entries) as Ops,
    perform: <I extends readonly StoredValue[], P, R>(op: OpDefinition<I, P, R>, inputs: I, params: P) =>
      call(op as unknown as AnyOp, [...inputs, params]) as Promise<R>,
    async settle() {
      if (!gpu || !onGpu) return undefined
      try {
        if (timer) return await timer.take()
        await gpu.settle()
      } catch (error) {
        // Whoever needs its results finds that they are lost.
        if (gpu.gone === undefined) throw error
      }
      return undefined
    },
    finish(keep) {
      if (finished) return
      finished = true
      if (timer) gpu?.giveTimer(timer)
      for (const store of new Set([...keep].flatMap(storesIn))) if (!made.delete(store)) store.retain()
      for (const store of made) store.release()
      made.clear()
      dropFloats()
    },
  }
}

/** Refuses dtypes that the op does not take, naming the op. */
function checkDtypes({ name, dtypes = ['float32'] }: AnyOp, inputs: readonly StoredValue[]): void {
  for (const value of inputs)
    if (!dtypes.includes(dtypeOf(value))) throw unsupported(name, describeShape(value), dtypes.join(' or '))
}

const failed = (kernel: string, message: string, cause: unknown): SightlineError =>
  new SightlineError('kernel.failed', { kernel, message }, cause)

/** Without the kernel's name, which the problem's text has already. */
const said = ({ kernel, message }: KernelError): string => message.replace(`kernel "${kernel}": `, '')

const unpacking = new WeakMap<EightBitStore, Promise<void>>()

/** Makes the floats of a store, once for all who ask. Throws `memory.full`. */
function unpack(store: EightBitStore, cpu: CpuDevice, arena: Arena): Promise<void> {
  const known = unpacking.get(store)
  if (known) return known
  store.retain()
  const made = makeFloats(store, cpu, arena).finally(() => {
    unpacking.delete(store)
    store.release()
  })
  unpacking.set(store, made)
  return made
}

async function makeFloats(store: EightBitStore, cpu: CpuDevice, arena: Arena): Promise<void> {
  if (store.spilled) await store.revive()
  const from = store.pin()
  try {
    const floats = new CpuStore(arena, store.size)
    try {
      await floatsFrom(cpu, from, floats.pin(), store.bytes, 255)
      floats.retain()
      store.floats = floats
    } finally {
      floats.unpin()
      floats.release()
    }
  } finally {
    store.unpin()
  }
}

/**
 * Pins a store where it was brought: at once if it is there already, because a twin may be dropped before its turn. A spilled one
 * comes back in slices first; where it was spilled again before its turn, pinning brings it back at a stretch.
 */
async function bring<T extends CountedStore>(
  now: () => T | undefined,
  move: () => Promise<unknown>,
  pin: (here: T) => void,
  reviving: (revive: () => Promise<unknown>) => Promise<unknown> = (revive) => revive(),
): Promise<void> {
  let revived = false
  for (let here = now(); ; here = now()) {
    if (here instanceof ArenaStore && here.spilled && !revived) {
      revived = true
      await reviving(() => here.revive())
    } else if (here) return pin(here)
    else await move()
  }
}

/** The stores anywhere inside what an op returned. */
export function storesIn(result: unknown): CountedStore[] {
  if (result instanceof CountedStore) return [result]
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return []
  return Object.values(result).flatMap(storesIn)
}

/** Brings a value's numbers to the CPU, where they stay until the returned function is called. Throws LostError, `memory.full`. */
export async function bringToCpu({ store }: StoredValue, arena: Arena): Promise<() => void> {
  let pinned: ArenaStore | undefined
  await bring<ArenaStore>(
    () => (store instanceof ArenaStore ? store : cpuNow(store)),
    () => toCpu(store, arena),
    (here) => {
      here.pin()
      pinned = here
    },
  )
  return () => pinned?.unpin()
}

/** Whether its numbers are readable in place. */
export const isOnCpu = ({ store }: StoredValue): boolean =>
  (store as CountedStore).place === 'cpu' || (store as CountedStore).twin?.place === 'cpu'

/** The numbers of a value that is on the CPU, copied out: row-major, channels last. */
export function readNumbers(value: StoredValue): Numbers {
  if (value.store instanceof EightBitStore) return value.store.numbers(0, countOf(value))
  const { buffer, byteOffset } = cpuStore(value).view()
  return viewOf(dtypeOf(value), buffer, byteOffset, countOf(value)).slice() as Numbers
}

/** Some of them, by their places; of float32 values. */
export function readSome(value: StoredValue, from: number, to: number): Float32Array<ArrayBuffer> {
  if (dtypeOf(value) !== 'float32') throw new Error(`readSome: ${describeShape(value)} is not float32`)
  if (value.store instanceof EightBitStore) return value.store.numbers(from, to - from)
  const { buffer, byteOffset } = cpuStore(value).view()
  return new Float32Array(buffer, byteOffset + 4 * from, to - from).slice()
}

/** The same of float32 values. */
export function readPixels(value: StoredValue): Float32Array<ArrayBuffer> {
  const numbers = readNumbers(value)
  if (!(numbers instanceof Float32Array)) throw new Error(`readPixels: ${describeShape(value)} is not float32`)
  return numbers
}

/** A value on the CPU whose numbers are read where they are, for explanations. Valid while the value is retained. */
export function readable(value: StoredValue): Readable {
  const width = value.kind === 'image' ? value.width : 0
  const channels = value.kind === 'image' ? value.channels : 1
  const indexOf = (y: number, x: number, c: number): number => (y * width + x) * channels + c
  if (value.store instanceof EightBitStore) {
    const { store } = value
    return { shape: value, at: (y, x, c) => store.at(indexOf(y, x, c)) }
  }
  const store = cpuStore(value)
  const view = (): ArrayLike<number> => {
    const { buffer, byteOffset } = store.view()
    return viewOf(dtypeOf(value), buffer, byteOffset, countOf(value))
  }
  return { shape: value, at: (y, x, c) => view()[indexOf(y, x, c)] ?? Number.NaN }
}
