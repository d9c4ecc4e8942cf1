/**
 * The bytes of one value on the device that made them. Counted by `retain` and `release`, pinned while an op uses them. A value
 * that another device needs too gets a twin there, which is freed with it, or before it when memory is short.
 */
import type { Store } from '../values/index.ts'
import type { Arena } from './arena.ts'
import { breathe } from './breathe.ts'

/** Bytes copied before the clock is checked. */
const SLICE = 1 << 18
/** How long the engine's thread copies at a stretch, in ms, plus the last slice. */
const STRETCH = 3

export abstract class CountedStore implements Store {
  abstract readonly place: 'cpu' | 'gpu' | 'model'
  readonly bytes: number
  /** The same bytes on another device. Values do not change, so neither becomes outdated. */
  twin: CountedStore | undefined
  #references = 1
  #pins = 0

  constructor(bytes: number) {
    this.bytes = bytes
  }

  get references(): number {
    return this.#references
  }

  get pinned(): boolean {
    return this.#pins > 0
  }

  retain(): void {
    this.alive()
    this.#references++
  }

  /** The last release frees the bytes, once nothing uses them any more. */
  release(): void {
    this.alive()
    this.#references--
    this.#sweep()
  }

  unpin(): void {
    if (this.#pins === 0) throw new Error('store: unpinned more often than pinned')
    this.#pins--
    this.#sweep()
  }

  /** Drops the twin, unless something uses it. Returns how many bytes that freed. */
  dropTwin(): number {
    const { twin } = this
    if (!twin || twin.pinned) return 0
    this.twin = undefined
    twin.release()
    return twin.bytes
  }

  protected hold(): void {
    this.#pins++
  }

  protected alive(): void {
    if (this.#references === 0) throw new Error('store: used after its last release')
  }

  protected abstract free(): void

  #sweep(): void {
    if (this.#references > 0 || this.#pins > 0) return
    this.free()
    this.twin?.release()
    this.twin = undefined
  }
}

/** In the arena, or spilled into an ordinary buffer when memory is short. */
export class CpuStore extends CountedStore {
  override readonly place = 'cpu'
  readonly arena: Arena
  #address: number | undefined
  #spilled: ArrayBuffer | undefined

  /** Contents undefined, one reference. Throws `memory.full`. */
  constructor(arena: Arena, bytes: number) {
    super(bytes)
    this.arena = arena
    this.#address = arena.alloc(bytes)
  }

  get spilled(): boolean {
    return this.#spilled !== undefined
  }

  /** Brings the bytes into the arena and keeps them in place until `unpin`; returns their address. Throws `memory.full`. */
  pin(): number {
    this.alive()
    const address = this.#address ?? this.#revive()
    this.hold()
    return address
  }

  /** Moves the bytes out of the arena. False if they are in use, already out, or there is no room outside either. */
  spill(): boolean {
    if (this.#address === undefined || this.pinned) return false
    const copy = bufferOf(this.bytes)
    if (!copy) return false
    new Uint8Array(copy).set(new Uint8Array(this.arena.memory.buffer, this.#address, this.bytes))
    this.#leave(this.#address, copy)
    return true
  }

  /**
   * Like `spill`, but yields to the event loop every few milliseconds, because the system is slow to hand out the pages of a
   * large buffer. False also if the bytes were used, spilled or freed in between.
   */
  async spillGently(): Promise<boolean> {
    const address = this.#address
    if (address === undefined || this.pinned) return false
    const copy = bufferOf(this.bytes)
    if (!copy) return false
    const to = new Uint8Array(copy)
    let start = performance.now()
    for (let from = 0; from < this.bytes; from += SLICE) {
      if (performance.now() - start > STRETCH) {
        await breathe()
        if (this.#address !== address || this.pinned) return false
        start = performance.now()
      }
      const length = Math.min(SLICE, this.bytes - from)
      to.set(new Uint8Array(this.arena.memory.buffer, address + from, length), from)
    }
    this.#leave(address, copy)
    return true
  }

  /** The bytes have been copied. */
  #leave(address: number, copy: ArrayBuffer): void {
    this.arena.free(address)
    this.#address = undefined
    this.#spilled = copy
    this.arena.counters.spills++
    this.arena.counters.spilled += this.bytes
  }

  /** The bytes where they are now, without bringing them back. Do not keep the view. */
  view(): Float32Array {
    this.alive()
    const length = this.bytes / 4
    if (this.#spilled) return new Float32Array(this.#spilled, 0, length)
    return new Float32Array(this.arena.memory.buffer, this.#address, length)
  }

  #revive(): number {
    const { arena } = this
    const address = arena.alloc(this.bytes)
    // Checked only now: making room may have called anything.
    if (!this.#spilled) throw new Error('store: gone while it was brought back')
    new Uint8Array(arena.memory.buffer, address, this.bytes).set(new Uint8Array(this.#spilled))
    this.#spilled = undefined
    this.#address = address
    arena.counters.revivals++
    arena.counters.spilled -= this.bytes
    return address
  }

  protected override free(): void {
    if (this.#address !== undefined) this.arena.free(this.#address)
    if (this.#spilled) this.arena.counters.spilled -= this.bytes
    this.#address = undefined
    this.#spilled = undefined
  }
}

/** Undefined if the system has no room for it. */
function bufferOf(bytes: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(bytes)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The CPU store of a value, or its twin there. Throws if the bytes are only on another device: `toCpu` brings them. */
export function cpuStore({ store }: { readonly store: Store }): CpuStore {
  if (store instanceof CpuStore) return store
  if (store instanceof CountedStore && store.twin instanceof CpuStore) return store.twin
  throw new Error('store: this value does not live on the CPU')
}
