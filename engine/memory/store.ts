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

  /** Its bytes, and those that ops may leave beside them. */
  get footprint(): number {
    return this.bytes
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
export abstract class ArenaStore extends CountedStore {
  override readonly place = 'cpu'
  readonly arena: Arena
  #address: number | undefined
  #spilled: ArrayBuffer | undefined
  #reviving: Promise<void> | undefined

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

  /** Like `spill`, but in slices. False also if the bytes were used, spilled or freed in between. */
  async spillGently(): Promise<boolean> {
    const address = this.#address
    if (address === undefined || this.pinned) return false
    const copy = bufferOf(this.bytes)
    if (!copy) return false
    const stays = (): boolean => this.#address === address && !this.pinned
    const to = new Uint8Array(copy)
    if (!(await this.#copy(() => to, stays))) return false
    this.#leave(address, copy)
    return true
  }

  /** Brings spilled bytes back as `pin` does, but in slices. They may leave again before they are pinned. Throws `memory.full`. */
  revive(): Promise<void> {
    this.alive()
    this.#reviving ??= this.#reviveGently().finally(() => {
      this.#reviving = undefined
    })
    return this.#reviving
  }

  async #reviveGently(): Promise<void> {
    const spilled = this.#spilled
    if (!spilled) return
    const { arena } = this
    const address = arena.alloc(this.bytes, true)
    // Making room may have called anything, as may whoever works between two slices.
    const stays = (): boolean => this.#spilled === spilled
    // A new view each time: the memory may have grown.
    const to = (): Uint8Array => new Uint8Array(arena.memory.buffer, address, this.bytes)
    if (stays() && (await this.#copy(to, stays))) this.#arrive(address)
    else arena.free(address)
  }

  /**
   * Copies the bytes from where they are, and yields to the event loop every few milliseconds: the system is slow to hand out the
   * pages of a large buffer. False, and the copy is of no use, as soon as `stays` says so.
   */
  async #copy(to: () => Uint8Array, stays: () => boolean): Promise<boolean> {
    let start = performance.now()
    for (let from = 0; from < this.bytes; from += SLICE) {
      if (performance.now() - start > STRETCH) {
        await breathe()
        if (!stays()) return false
        start = performance.now()
      }
      const [buffer, at] = this.here()
      to().set(new Uint8Array(buffer, at + from, Math.min(SLICE, this.bytes - from)), from)
    }
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

  /** How many bytes the value has as its shape and dtype say. */
  abstract readonly size: number

  /** A part of those bytes, wherever they are now. Do not keep the view. */
  abstract part(at: number, length: number): Uint8Array

  /** Where the store's own bytes are now, without bringing them back: a buffer, and the first byte in it. */
  protected here(): readonly [ArrayBufferLike, number] {
    this.alive()
    return this.#spilled ? [this.#spilled, 0] : [this.arena.memory.buffer, this.#address ?? 0]
  }

  #revive(): number {
    const { arena } = this
    const address = arena.alloc(this.bytes, true)
    // Checked only now: making room may have called anything.
    if (!this.#spilled) throw new Error('store: gone while it was brought back')
    new Uint8Array(arena.memory.buffer, address, this.bytes).set(new Uint8Array(this.#spilled))
    this.#arrive(address)
    return address
  }

  /** The bytes have been copied. */
  #arrive(address: number): void {
    this.#spilled = undefined
    this.#address = address
    this.arena.counters.revivals++
    this.arena.counters.spilled -= this.bytes
  }

  protected override free(): void {
    if (this.#address !== undefined) this.arena.free(this.#address)
    if (this.#spilled) this.arena.counters.spilled -= this.bytes
    this.#address = undefined
    this.#spilled = undefined
  }
}

/** The bytes of a value as its shape and dtype say. */
export class CpuStore extends ArenaStore {
  override get size(): number {
    return this.bytes
  }

  /** The bytes where they are now, without bringing them back. Do not keep the view. */
  view(): Float32Array {
    const [buffer, at] = this.here()
    return new Float32Array(buffer, at, this.bytes / 4)
  }

  override part(at: number, length: number): Uint8Array {
    const [buffer, from] = this.here()
    return new Uint8Array(buffer, from + at, length)
  }
}

/** What the bytes of an `EightBitStore` stand for. */
const fractions = Float32Array.from({ length: 256 }, (_, v) => v / 255)

/**
 * The float32 numbers of a value as one byte each: v stands for v / 255. A picture of a file stays like this, in a quarter of the
 * memory. Ops that do not take it (`eightBit` in `engine/ops/op.ts`) get `floats`, which are made when they are needed, dropped
 * when the node that needed them ends, and given up before anything else when memory is short.
 */
export class EightBitStore extends ArenaStore {
  floats: CpuStore | undefined

  /** The number at `index`, wherever the bytes are; NaN beyond them. */
  at(index: number): number {
    const [buffer, at] = this.here()
    return fractions[new Uint8Array(buffer, at, this.bytes)[index] ?? -1] ?? Number.NaN
  }

  /** A copy of `length` numbers from `index` on. */
  numbers(index = 0, length = this.bytes): Float32Array<ArrayBuffer> {
    const [buffer, at] = this.here()
    const bytes = new Uint8Array(buffer, at + index, length)
    const numbers = new Float32Array(length)
    for (let i = 0; i < length; i++) numbers[i] = fractions[bytes[i] ?? 0] ?? 0
    return numbers
  }

  override get size(): number {
    return 4 * this.bytes
  }

  override get footprint(): number {
    return this.bytes + this.size
  }

  override part(at: number, length: number): Uint8Array {
    return new Uint8Array(this.numbers(at / 4, length / 4).buffer)
  }

  /** Drops the floats, unless an op works with them. Returns how many bytes that freed. */
  dropFloats(): number {
    const { floats } = this
    if (!floats || floats.pinned) return 0
    this.floats = undefined
    floats.release()
    return floats.bytes
  }

  protected override free(): void {
    super.free()
    this.floats?.release()
    this.floats = undefined
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

/** The bytes on the CPU as the value's shape and dtype say, if they are there: the store itself, its floats or its twin. */
export function cpuNow(store: Store): CpuStore | undefined {
  if (store instanceof CpuStore) return store
  if (store instanceof EightBitStore) return store.floats
  return store instanceof CountedStore && store.twin instanceof CpuStore ? store.twin : undefined
}

/** The same of a value. Throws if they must be brought first. */
export function cpuStore({ store }: { readonly store: Store }): CpuStore {
  const here = cpuNow(store)
  if (!here) throw new Error('store: this value does not live on the CPU')
  return here
}
