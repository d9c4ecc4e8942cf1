/** The bytes of a value on a GPU, and moving them to and from the CPU. */
import type { Arena } from '../memory/arena.ts'
import { ArenaStore, CountedStore, CpuStore, cpuNow } from '../memory/store.ts'
import type { Store } from '../values/index.ts'
import type { Block } from './buffers.ts'
import type { GpuDevice } from './device.ts'
import { GpuError, LostError } from './error.ts'

export class GpuStore extends CountedStore {
  override readonly place = 'gpu'
  readonly device: GpuDevice
  readonly block: Block

  /** Takes over a block, with one reference. */
  constructor(device: GpuDevice, block: Block) {
    super(block.bytes)
    this.device = device
    this.block = block
  }

  pin(): Block {
    this.alive()
    this.hold()
    return this.block
  }

  /** The bytes do not exist any more. */
  get lost(): boolean {
    return this.device.gone !== undefined && !this.twin
  }

  protected override free(): void {
    if (this.device.gone === undefined) this.device.buffers.free(this.block)
  }
}

/** Whether a value's bytes do not exist any more. */
export const isLost = (store: Store): boolean => store instanceof GpuStore && store.lost

const moving = new WeakMap<CountedStore, Promise<CountedStore>>()

/** One transfer at a time, shared by all who ask. */
function once<T extends CountedStore>(store: CountedStore, move: () => Promise<T>): Promise<T> {
  const known = moving.get(store)
  if (known) return known as Promise<T>
  store.retain()
  const made = move()
    .then((twin) => {
      store.twin = twin
      return twin
    })
    .finally(() => {
      moving.delete(store)
      store.release()
    })
  moving.set(store, made)
  return made
}

/** The store on this GPU if it is there already: itself, or its twin. */
export function gpuNow(store: Store, device: GpuDevice): GpuStore | undefined {
  const here = store instanceof ArenaStore ? store.twin : store
  return here instanceof GpuStore && here.device === device && device.gone === undefined ? here : undefined
}

/** The store on the CPU: itself, or its twin, made if necessary. Throws LostError, `memory.full`. */
export async function toCpu(store: Store, arena: Arena): Promise<CpuStore> {
  const here = cpuNow(store)
  if (here) return here
  if (!(store instanceof GpuStore)) throw new Error('store: it is on no device')
  if (store.lost) throw new LostError()
  return once(store, async () => {
    const { device, block, bytes } = store
    const twin = new CpuStore(arena, bytes)
    try {
      await device.read(block, bytes, (part, at) => {
        const view = twin.view()
        new Uint8Array(view.buffer, view.byteOffset + at, part.byteLength).set(part)
      })
    } catch (error) {
      twin.release()
      throw device.gone === undefined ? error : new LostError()
    }
    return twin
  })
}

/** The store on the GPU: itself, or its twin, made if necessary. Throws GpuError, LostError. */
export async function toGpu(store: Store, device: GpuDevice): Promise<GpuStore> {
  const here = gpuNow(store, device)
  if (here) return here
  if (store instanceof GpuStore) throw store.lost ? new LostError() : new GpuError('lost', device.gone ?? '')
  if (!(store instanceof ArenaStore)) throw new Error('store: it is on no device')
  store.dropTwin()
  return once(store, async () => {
    const { size } = store
    const twin = new GpuStore(device, await device.buffers.alloc(size))
    try {
      // Read wherever the bytes are at that moment, spilled or not.
      await device.write(twin.block, size, (at, length) => store.part(at, length))
    } catch (error) {
      twin.release()
      throw error
    }
    return twin
  })
}
