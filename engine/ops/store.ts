/**
 * The bytes of one value on the CPU: in the arena, or spilled into an ordinary buffer when memory is short. Counted by
 * `retain` and `release`; pinned while an op works with them.
 */
import type { Store } from '../types/value.ts'
import type { Arena } from './arena.ts'

export class CpuStore implements Store {
  readonly bytes: number
  readonly arena: Arena
  #references = 1
  #pins = 0
  #address: number | undefined
  #spilled: ArrayBuffer | undefined

  /** Contents undefined, one reference. Throws `memory.full`. */
  constructor(arena: Arena, bytes: number) {
    this.arena = arena
    this.bytes = bytes
    this.#address = arena.alloc(bytes)
  }

  get references(): number {
    return this.#references
  }

  get pinned(): boolean {
    return this.#pins > 0
  }

  get spilled(): boolean {
    return this.#spilled !== undefined
  }

  retain(): void {
    this.#alive()
    this.#references++
  }

  /** The last release frees the bytes, once nothing works with them any more. */
  release(): void {
    this.#alive()
    this.#references--
    if (this.#references === 0 && this.#pins === 0) this.#free()
  }

  /** Brings the bytes into the arena and keeps them where they are until `unpin`; gives their address. Throws `memory.full`. */
  pin(): number {
    this.#alive()
    const address = this.#address ?? this.#revive()
    this.#pins++
    return address
  }

  unpin(): void {
    if (this.#pins === 0) throw new Error('store: unpinned more often than pinned')
    this.#pins--
    if (this.#references === 0 && this.#pins === 0) this.#free()
  }

  /** Moves the bytes out of the arena. False when they are in use, out already, or there is no room outside either. */
  spill(): boolean {
    if (this.#address === undefined || this.#pins > 0) return false
    const copy = bufferOf(this.bytes)
    if (!copy) return false
    new Uint8Array(copy).set(new Uint8Array(this.arena.memory.buffer, this.#address, this.bytes))
    this.arena.free(this.#address)
    this.#address = undefined
    this.#spilled = copy
    this.arena.counters.spills++
    this.arena.counters.spilled += this.bytes
    return true
  }

  /** The bytes where they are now, without bringing them back. Do not keep the view. */
  view(): Float32Array {
    this.#alive()
    const length = this.bytes / 4
    if (this.#spilled) return new Float32Array(this.#spilled, 0, length)
    return new Float32Array(this.arena.memory.buffer, this.#address, length)
  }

  #revive(): number {
    const { arena } = this
    const address = arena.alloc(this.bytes)
    // Asked only now: making room may have called anything.
    if (!this.#spilled) throw new Error('store: gone while it was brought back')
    new Uint8Array(arena.memory.buffer, address, this.bytes).set(new Uint8Array(this.#spilled))
    this.#spilled = undefined
    this.#address = address
    arena.counters.revivals++
    arena.counters.spilled -= this.bytes
    return address
  }

  #free(): void {
    if (this.#address !== undefined) this.arena.free(this.#address)
    if (this.#spilled) this.arena.counters.spilled -= this.bytes
    this.#address = undefined
    this.#spilled = undefined
  }

  #alive(): void {
    if (this.#references === 0) throw new Error('store: used after its last release')
  }
}

/** Undefined where the system has no room for it. */
function bufferOf(bytes: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(bytes)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The CPU store of a value. Throws when it lives elsewhere. */
export function cpuStore({ store }: { readonly store: Store }): CpuStore {
  if (store instanceof CpuStore) return store
  throw new Error('store: this value does not live on the CPU')
}
