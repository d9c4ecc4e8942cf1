/** What an op works with on the CPU: its inputs pinned in the arena, and memory for its results and temporaries. */
import type { Arena } from '../memory/arena.ts'
import { type ArenaStore, CpuStore, cpuStore, EightBitStore } from '../memory/store.ts'
import { SightlineError } from '../types/problem.ts'
import { describeShape } from '../values/index.ts'
import { type CpuDevice, KernelError } from './cpu.ts'
import type { CpuContext, StoredShape } from './op.ts'
import { bytesOf, countOf, dimensions } from './shape.ts'
import type { TensorDevice } from './tensorflow.ts'

export interface OpCpuContext extends CpuContext {
  pin(store: ArenaStore): void
  /** Waits for running kernels, then frees all but `returned`; returns those of them that were made here. */
  end(returned: ReadonlySet<unknown>): Promise<readonly ArenaStore[]>
}

export function createCpuContext(
  device: CpuDevice,
  arena: Arena,
  tensors: TensorDevice | undefined,
  signal: AbortSignal,
): OpCpuContext {
  const { memory } = arena
  const addresses = new Map<ArenaStore, number>()
  const made: ArenaStore[] = []
  const temporaries: number[] = []
  const running = new Set<Promise<void>>()

  const pin = (store: ArenaStore): void => {
    if (!addresses.has(store)) addresses.set(store, store.pin())
  }
  const make = <S extends ArenaStore>(
    shape: StoredShape,
    kind: new (arena: Arena, bytes: number) => S,
    bytes = bytesOf(shape),
  ): S => {
    if (bytes > arena.largest) {
      const [mb, limit] = [bytes, arena.largest].map((n) => Math.round(n / 1e6)) as [number, number]
      throw new SightlineError('value.too-large', { given: describeShape(shape), bytes: mb, limit })
    }
    const store = new kind(arena, bytes)
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
    image: (shape) => ({ ...shape, store: make(shape, CpuStore) }),
    eightBitImage: (shape) => ({ ...shape, store: make(shape, EightBitStore, countOf(shape)) }),
    tensor: (shape) => ({ ...shape, store: make(shape, CpuStore) }),
    address(value) {
      const address = addresses.get(cpuStore(value))
      if (address === undefined) throw new Error('an op may use its inputs and what it made, nothing else')
      return address
    },
    stored(value) {
      const bytes = addresses.get(value.store as ArenaStore)
      if (bytes !== undefined && value.store instanceof EightBitStore) return { address: bytes, eightBit: true }
      return { address: this.address(value), eightBit: false }
    },
    reading(value, rows) {
      const height = value.kind === 'image' ? value.height : 1
      const { address, eightBit } = this.stored(value)
      const bytes = eightBit ? countOf(value) : bytesOf(value)
      return { address, stride: bytes / Math.max(1, height), height, rows }
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
    int32: (address, length) => new Int32Array(memory.buffer, address, length),
    uint8: (address, length) => new Uint8Array(memory.buffer, address, length),

    async tensorflow({ op, inputs, params, shape }) {
      if (!tensors) throw new KernelError(op, 'there is no TensorFlow.js here')
      const store = make(shape, CpuStore)
      const numbersOf = (one: CpuStore): Float32Array =>
        new Float32Array(memory.buffer, addresses.get(one), one.bytes / 4)
      const given = inputs.map((value) => ({ numbers: numbersOf(cpuStore(value)), shape: dimensions(value) }))
      const output = numbersOf(store)
      await tensors.run({ op, params, inputs: given, output, shape: dimensions(shape) }, signal)
      return { ...shape, store }
    },

    pin,
    async end(returned) {
      // If one of several kernels failed, the others may still write.
      await Promise.allSettled(running)
      for (const address of temporaries) arena.free(address)
      const kept = made.filter((store) => returned.has(store))
      for (const store of made) if (!returned.has(store)) store.release()
      for (const store of addresses.keys()) store.unpin()
      return kept
    },
  }
}
