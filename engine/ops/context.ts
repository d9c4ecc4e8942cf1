/**
 * Ops on the CPU, as one run of a node calls them: inputs are pinned while an op works, what an op does not return is freed
 * when it ends, and what the node does not return when the node ends, also after an error or an abort.
 */
import { SightlineError } from '../types/problem.ts'
import { describeShape, type Value } from '../types/value.ts'
import type { Arena } from './arena.ts'
import { type CpuDevice, KernelError } from './cpu.ts'
import { ops as registry } from './index.ts'
import type { CpuContext, OpDefinition, Ops, Readable, StoredShape, StoredValue } from './op.ts'
import { CpuStore, cpuStore } from './store.ts'

export interface NodeOps {
  readonly ops: Ops
  /**
   * Ends the run: the caller now holds one reference to each store in `keep`, whether it was made here or came in; all else
   * that was made is freed. An op that is still running frees what it has when it ends; ops called later throw.
   */
  finish(keep: readonly Value[]): void
}

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>

export function makeOps(device: CpuDevice, arena: Arena, signal: AbortSignal): NodeOps {
  /** Made by ops of this run, one reference each. */
  const made = new Set<CpuStore>()
  let finished = false

  async function call(op: AnyOp, args: readonly unknown[]): Promise<unknown> {
    if (finished) throw new Error(`the op "${op.name}" was called after its node had ended`)
    signal.throwIfAborted()
    const inputs = args.slice(0, -1) as StoredValue[]
    const context = createContext(device, arena, signal)
    let returned: ReadonlySet<CpuStore> = new Set()
    try {
      for (const input of inputs) context.pin(cpuStore(input))
      const result = await op.cpu(context, inputs, args.at(-1))
      if (finished) throw new Error(`the op "${op.name}" was still running when its node ended`)
      returned = new Set(storesIn(result))
      return result
    } catch (error) {
      if (error instanceof KernelError)
        throw new SightlineError('kernel.failed', { kernel: error.kernel, message: said(error) }, error)
      throw error
    } finally {
      for (const store of await context.end(returned))
        if (finished) store.release()
        else made.add(store)
    }
  }

  const entries = Object.entries(registry).map(([name, op]) => {
    return [name, (...args: unknown[]) => call(op as unknown as AnyOp, args)]
  })
  return {
    ops: Object.fromEntries(entries) as Ops,
    finish(keep) {
      if (finished) return
      finished = true
      for (const store of new Set(keep.flatMap(storesIn))) if (!made.delete(store)) store.retain()
      for (const store of made) store.release()
      made.clear()
    },
  }
}

/** Without the kernel's name, which the problem's words have already. */
const said = ({ kernel, message }: KernelError): string => message.replace(`kernel "${kernel}": `, '')

interface OpContext extends CpuContext {
  pin(store: CpuStore): void
  /** Waits for kernels that still run, then frees all but `returned`; gives those of them that were made here. */
  end(returned: ReadonlySet<CpuStore>): Promise<readonly CpuStore[]>
}

function createContext(device: CpuDevice, arena: Arena, signal: AbortSignal): OpContext {
  const { memory } = arena
  const addresses = new Map<CpuStore, number>()
  const made: CpuStore[] = []
  const temporaries: number[] = []
  const running = new Set<Promise<void>>()

  const pin = (store: CpuStore): void => {
    if (!addresses.has(store)) addresses.set(store, store.pin())
  }
  const make = (shape: StoredShape, numbers: number): CpuStore => {
    const bytes = numbers * 4
    if (bytes > arena.largest) {
      const [mb, limit] = [bytes, arena.largest].map((n) => Math.round(n / 1e6)) as [number, number]
      throw new SightlineError('value.too-large', { given: describeShape(shape), bytes: mb, limit })
    }
    const store = new CpuStore(arena, bytes)
    made.push(store)
    pin(store)
    return store
  }
  const borrow = (bytes: number): number => {
    const address = arena.alloc(bytes)
    temporaries.push(address)
    return address
  }

  return {
    signal,
    device: {
      threads: device.threads,
      memory,
      close: () => device.close(),
      dispatch(call, own = signal) {
        const run = device.dispatch(call, own).finally(() => running.delete(run))
        running.add(run)
        return run
      },
    },
    image: (shape) => ({ ...shape, store: make(shape, shape.height * shape.width * shape.channels) }),
    tensor: (shape) => ({
      ...shape,
      store: make(
        shape,
        shape.shape.reduce((a, b) => a * b, 1),
      ),
    }),
    address(value) {
      const address = addresses.get(cpuStore(value))
      if (address === undefined) throw new Error('an op may use its inputs and what it made, nothing else')
      return address
    },
    upload(numbers) {
      const array = ArrayBuffer.isView(numbers) ? (numbers as Float64Array) : Float32Array.from(numbers)
      const address = borrow(array.byteLength)
      new Uint8Array(memory.buffer, address, array.byteLength).set(
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      )
      return address
    },
    temporary(bytes) {
      const address = borrow(bytes)
      new Uint8Array(memory.buffer, address, bytes).fill(0)
      return address
    },
    float32: (address, length) => new Float32Array(memory.buffer, address, length),
    float64: (address, length) => new Float64Array(memory.buffer, address, length),
    uint8: (address, length) => new Uint8Array(memory.buffer, address, length),

    pin,
    async end(returned) {
      // Where one of several kernels failed, the others may still write.
      await Promise.allSettled(running)
      for (const address of temporaries) arena.free(address)
      const kept = made.filter((store) => returned.has(store))
      for (const store of made) if (!returned.has(store)) store.release()
      for (const store of addresses.keys()) store.unpin()
      return kept
    },
  }
}

/** The stores anywhere inside what an op returned. */
function storesIn(result: unknown): CpuStore[] {
  if (result instanceof CpuStore) return [result]
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return []
  return Object.values(result).flatMap(storesIn)
}

/** The numbers of a value, copied out: row-major, channels last. */
export function readPixels(value: StoredValue): Float32Array<ArrayBuffer> {
  return new Float32Array(cpuStore(value).view())
}

/** A value whose numbers are read where they are, for explanations. Valid while the value is retained. */
export function readable(value: StoredValue): Readable {
  const store = cpuStore(value)
  const width = value.kind === 'image' ? value.width : 0
  const channels = value.kind === 'image' ? value.channels : 1
  return { shape: value, at: (y, x, c) => store.view()[(y * width + x) * channels + c] ?? Number.NaN }
}
