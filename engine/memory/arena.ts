/**
 * The allocator of the pixel memory: one WebAssembly memory, handed out in blocks by the engine's thread. Best fit with
 * coalescing; touched pages never go back to the system, so holes are filled before the memory grows.
 */
import { SightlineError } from '../types/problem.ts'

const PAGE = 65536
/** A cache line, and the alignment of every SIMD load. */
const ALIGN = 64
/** Blocks up to this size are cut from the end of their hole, so that small ones gather and large holes stay whole. */
const SMALL = 1 << 16
const STEP = 64 << 20
/** The share of the budget kept free if that can be done in the background. */
const LOW = 1 / 8

interface Block {
  address: number
  size: number
  free: boolean
  /** Neighbours in memory. */
  before: Block | undefined
  after: Block | undefined
}

export interface ArenaOptions {
  /** Bytes that may be in use at the same time. */
  readonly budget: number
  /** Bytes that values may take in all, in the arena and spilled. Default: no limit but the system's. */
  readonly limit?: number
  /** The largest single value in bytes. Default 2 GB. */
  readonly largest?: number
  /** Where the blocks begin; the memory before belongs to the kernels' module. Default 64 KB. */
  readonly base?: number
  /**
   * Called when `bytes` more do not fit: gives up some values, and returns whether it did, so that trying again is
   * worthwhile.
   */
  readonly onPressure?: (bytes: number) => boolean
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

const full = (wanted: number, free: number, budget: number): SightlineError =>
  new SightlineError('memory.full', {
    wanted: megabytes(wanted),
    free: megabytes(Math.max(0, free)),
    budget: megabytes(budget),
  })

/** Holes in size classes of a quarter of a power of two. */
function binOf(size: number): number {
  const power = 31 - Math.clz32(size / ALIGN)
  return power * 4 + Math.floor((size / ALIGN / 2 ** power - 1) * 4)
}

export class Arena {
  readonly memory: WebAssembly.Memory
  readonly largest: number
  budget: number
  readonly limit: number
  onPressure: (bytes: number) => boolean
  /**
   * Called when `bytes` more exceed the limit, so that moving values out of the arena does not help: gives up some for good, and
   * returns whether it did.
   */
  onLimit: (bytes: number) => boolean = () => false
  /**
   * Called after an allocation that leaves less than an eighth of the budget: values can be given up in the background, before
   * `onPressure` has to.
   */
  onLow: () => void = () => undefined
  /** What happened to stores that had to make room (store.ts). `spilled`: bytes outside the arena now. */
  readonly counters = { spills: 0, revivals: 0, spilled: 0 }
  #used = 0
  #last: Block | undefined
  /** Where the memory begins that no large block has used yet. Fresh pages are slow to come from the system. */
  #fresh = 0
  readonly #base: number
  readonly #taken = new Map<number, Block>()
  readonly #bins: Set<Block>[] = Array.from({ length: 4 * 27 }, () => new Set())

  constructor(
    memory: WebAssembly.Memory,
    { budget, limit = Number.POSITIVE_INFINITY, largest = 2 ** 31, base = PAGE, onPressure }: ArenaOptions,
  ) {
    this.memory = memory
    this.budget = budget
    this.limit = limit
    this.largest = largest
    this.#base = Math.ceil(base / ALIGN) * ALIGN
    this.onPressure = onPressure ?? (() => false)
    this.#extend()
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used
  }

  /** Bytes beyond seven eighths of the budget; 0 or less: there is room. */
  get low(): number {
    return this.#used - this.budget * (1 - LOW)
  }

  /** Bytes that the memory has grown to. */
  get size(): number {
    return this.memory.buffer.byteLength
  }

  /**
   * The address of `bytes` bytes, a multiple of 64, contents undefined. `back`: they are for a value that was spilled, and count
   * already. Throws `memory.full`.
   */
  alloc(bytes: number, back = false): number {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`arena: cannot allocate ${bytes} bytes`)
    const size = Math.max(ALIGN, Math.ceil(bytes / ALIGN) * ALIGN)
    for (;;) {
      const held = this.#used + this.counters.spilled
      if (!back && held + size > this.limit) {
        if (this.onLimit(held + size - this.limit)) continue
        throw full(bytes, this.limit - held, this.limit)
      }
      const allowed = this.#used + size <= this.budget
      const hole = allowed ? (this.#find(size) ?? this.#grow(size)) : undefined
      if (hole) {
        const address = this.#take(hole, size)
        if (this.low > 0) this.onLow()
        return address
      }
      if (!this.onPressure(size))
        throw full(bytes, allowed ? this.holes().largest : this.budget - this.#used, this.budget)
    }
  }

  /** Frees a block from `alloc`. */
  free(address: number): void {
    const block = this.#taken.get(address)
    if (!block) throw new RangeError(`arena: nothing is allocated at ${address}`)
    this.#taken.delete(address)
    this.#used -= block.size
    const { before, after } = block
    if (after?.free) {
      this.#unbin(after)
      this.#absorb(block, after)
    }
    if (before?.free) {
      this.#unbin(before)
      this.#absorb(before, block)
      this.#bin(before)
    } else this.#bin(block)
  }

  /** The holes, for tests: how many, and the largest. */
  holes(): { count: number; largest: number; bytes: number } {
    const sizes = this.#bins.flatMap((bin) => [...bin].map(({ size }) => size))
    return { count: sizes.length, largest: Math.max(0, ...sizes), bytes: sizes.reduce((a, b) => a + b, 0) }
  }

  /**
   * The smallest hole that is large enough; of equal ones the first in memory. A hole that needs fresh pages comes last, however
   * well it fits.
   */
  #find(size: number): Block | undefined {
    let fresh: Block | undefined
    for (let bin = binOf(size); bin < this.#bins.length; bin++) {
      let best: Block | undefined
      for (const hole of this.#bins[bin] ?? []) {
        if (hole.size < size) continue
        if (hole.address + size > this.#fresh) fresh ??= hole
        else if (!best || hole.size < best.size || (hole.size === best.size && hole.address < best.address)) best = hole
      }
      if (best) return best
    }
    return fresh
  }

  #take(hole: Block, size: number): number {
    this.#unbin(hole)
    let block = hole
    if (hole.size > size) {
      const rest = hole.size - size
      const second: Block = { address: 0, size: 0, free: true, before: hole, after: hole.after }
      if (hole.after) hole.after.before = second
      else this.#last = second
      hole.after = second
      const small = size <= SMALL
      hole.size = small ? rest : size
      second.address = hole.address + hole.size
      second.size = small ? size : rest
      block = small ? second : hole
      this.#bin(small ? hole : second)
    }
    if (size > SMALL) this.#fresh = Math.max(this.#fresh, block.address + size)
    block.free = false
    this.#taken.set(block.address, block)
    this.#used += block.size
    return block.address
  }

  #absorb(block: Block, next: Block): void {
    block.size += next.size
    block.after = next.after
    if (next.after) next.after.before = block
    else this.#last = block
  }

  #bin(block: Block): void {
    block.free = true
    this.#bins[binOf(block.size)]?.add(block)
  }

  #unbin(block: Block): void {
    this.#bins[binOf(block.size)]?.delete(block)
  }

  /** Grows the memory, in big steps where possible, until its end holds `size`. */
  #grow(size: number): Block | undefined {
    const missing = size - (this.#last?.free ? this.#last.size : 0)
    for (const bytes of [Math.max(missing, STEP, this.size / 4), missing])
      try {
        this.memory.grow(Math.ceil(bytes / PAGE))
        return this.#extend()
      } catch (error) {
        // A RangeError means that the memory's maximum, or the system's, is reached.
        if (!(error instanceof RangeError)) throw error
      }
    return undefined
  }

  /** Makes a hole of the memory after the last block. */
  #extend(): Block | undefined {
    const start = this.#last ? this.#last.address + this.#last.size : this.#base
    const size = Math.floor((this.size - start) / ALIGN) * ALIGN
    if (size <= 0) return undefined
    const block: Block = { address: start, size, free: true, before: this.#last, after: undefined }
    if (this.#last?.free) {
      this.#unbin(this.#last)
      this.#last.size += size
    } else {
      if (this.#last) this.#last.after = block
      this.#last = block
    }
    this.#bin(this.#last)
    return this.#last
  }
}
