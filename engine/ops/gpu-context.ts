/** What an op works with on the GPU: its inputs pinned there, and buffers for its results and temporaries. */
import type { Block } from '../gpu/buffers.ts'
import type { GpuDevice } from '../gpu/device.ts'
import { GpuStore } from '../gpu/store.ts'
import type { Timer } from '../gpu/timer.ts'
import type { GpuContext, StoredShape, StoredValue } from './op.ts'
import { bytesOf, countOf, dimensions } from './shape.ts'

export interface OpGpuContext extends GpuContext {
  pin(store: GpuStore): void
  /** Frees all but `returned`; returns those of them that were made here. */
  end(returned: ReadonlySet<unknown>): readonly GpuStore[]
}

export function createGpuContext(device: GpuDevice, signal: AbortSignal, timer: Timer | undefined): OpGpuContext {
  const blocks = new Map<GpuStore, Block>()
  const made: GpuStore[] = []
  const temporaries: Block[] = []

  const pin = (store: GpuStore): void => {
    if (!blocks.has(store)) blocks.set(store, store.pin())
  }
  const own = (block: Block): GpuStore => {
    const store = new GpuStore(device, block)
    made.push(store)
    pin(store)
    return store
  }
  const make = async (shape: StoredShape): Promise<GpuStore> => own(await device.buffers.alloc(bytesOf(shape)))
  const borrow = async (bytes: number): Promise<Block> => {
    const block = await device.buffers.alloc(bytes)
    temporaries.push(block)
    return block
  }
  const write = (block: Block, { buffer, byteOffset, byteLength }: ArrayBufferView): Promise<void> =>
    device.write(block, byteLength, (at, length) => new Uint8Array(buffer, byteOffset + at, length))
  const storeOf = ({ store }: StoredValue): GpuStore | undefined =>
    [store, (store as GpuStore).twin].find((one): one is GpuStore => one instanceof GpuStore)

  const blockOf = (value: StoredValue): Block => {
    const store = storeOf(value)
    const block = store && blocks.get(store)
    if (!block) throw new Error('an op may use its inputs and what it made, nothing else')
    return block
  }

  return {
    signal,
    device,
    image: async (shape) => ({ ...shape, store: await make(shape) }),
    tensor: async (shape) => ({ ...shape, store: await make(shape) }),
    block: blockOf,
    async upload(numbers) {
      const bytes = ArrayBuffer.isView(numbers) ? numbers : Float32Array.from(numbers)
      const block = await borrow(bytes.byteLength)
      await write(block, bytes)
      return block
    },
    write,
    temporary: borrow,
    async zeroed(bytes) {
      const block = await borrow(bytes)
      device.clear(block)
      return block
    },
    async read(block, bytes = block.bytes) {
      const out = new Uint8Array(bytes)
      await device.read(block, bytes, (part, at) => out.set(part, at))
      return out.buffer
    },
    dispatch: (call) => device.dispatch(call, signal, timer),
    dispatchAll: (calls) => device.dispatchAll(calls, signal, timer),
    async tensorflow({ compute, inputs, shape }) {
      const tensorflow = await device.tensorflow()
      signal.throwIfAborted()
      const given = inputs.map((value) => ({ block: blockOf(value), shape: dimensions(value) }))
      return { ...shape, store: own(await tensorflow.run(given, countOf(shape), compute, timer)) }
    },

    pin,
    end(returned) {
      // Whatever still uses them is in the queue before their next user.
      if (device.gone === undefined) for (const block of temporaries) device.buffers.free(block)
      const kept = made.filter((store) => returned.has(store))
      for (const store of made) if (!returned.has(store)) store.release()
      for (const store of blocks.keys()) store.unpin()
      return kept
    },
  }
}
