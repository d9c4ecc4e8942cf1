/**
 * Results by key under a budget of bytes, and those being computed. The least valuable goes first: large, quick to recompute and
 * long unused. Held results stay.
 */
import { isLost } from '../gpu/store.ts'
import { ArenaStore, type CountedStore, EightBitStore } from '../memory/store.ts'
import { Flights } from './flights.ts'
import type { Key } from './keys.ts'
import type { Result } from './result.ts'
import type { NodeEvent } from './task.ts'

/** Milliseconds per megabyte of a result, above which it is spilled rather than discarded. */
const worthMoving = 3
/** The part of the budget in use after an eviction, so that not every new result evicts one. */
const low = 0.9

export class Pool {
  readonly flights = new Flights<Result, NodeEvent>()
  readonly counters = { hits: 0, evictions: 0, spills: 0 }
  /** Called with the number of bytes over the limit, before a result is dropped: whoever has reserved bytes may give some back. */
  onShort: (bytes: number) => void = () => undefined
  readonly #memory: number
  #reserved = 0
  readonly #results = new Map<Key, Result>()
  readonly #families = new Map<string, readonly Key[]>()
  /** How many results share the store. */
  readonly #stores = new Map<CountedStore, number>()
  #bytes = 0
  #closed = false

  constructor(budget: number) {
    this.#memory = budget
  }

  /** Bytes that results may take, with what is reserved. */
  get memory(): number {
    return this.#memory
  }

  /** Bytes that results may take. */
  get budget(): number {
    return Math.max(0, this.#memory - this.#reserved)
  }

  /** Of all results, each store counted once; stores on the GPU count there. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#results.size
  }

  get(key: Key): Result | undefined {
    const result = this.#results.get(key)
    if (!result) return undefined
    if (hasLost(result)) {
      this.#remove(result)
      return undefined
    }
    result.used = performance.now()
    return result
  }

  /** Without counting as a use. */
  peek(key: Key): Result | undefined {
    return this.#results.get(key)
  }

  all(): Iterable<Result> {
    return this.#results.values()
  }

  /** Drops a result that nobody holds. Returns how many bytes that frees, wherever they are. */
  forget(key: Key): number {
    const result = this.#results.get(key)
    if (!result || result.held) return 0
    const freed = ownBytes(result, 'cpu', true) + ownBytes(result, 'gpu')
    this.#remove(result)
    return freed
  }

  /** Whether there is a result, not a problem, with all wanted outputs. */
  has(key: Key, wants: ReadonlySet<string>): boolean {
    const known = this.#results.get(key)
    return known !== undefined && !known.problem && known.has(wants) && !hasLost(known)
  }

  put(result: Result): void {
    if (this.#closed) return
    const before = this.#results.get(result.key)
    if (before) this.#remove(before)
    result.used = performance.now()
    this.#results.set(result.key, result)
    this.#bytes += result.small
    for (const store of result.stores) {
      const count = this.#stores.get(store) ?? 0
      if (count === 0 && store.place === 'cpu') this.#bytes += store.bytes
      this.#stores.set(store, count + 1)
    }
    result.keep(true)
    if (this.#bytes > this.budget) this.onShort(this.#bytes - this.budget)
    if (this.#bytes > this.budget) this.#shrink(this.budget * low, result)
  }

  /**
   * Counts a result among those of a family, of which only the newest `most` are kept: the memory of the others is used again.
   * Memory that was never used takes far longer to write than a small result takes to compute.
   */
  keepNewest(family: string, key: Key, most: number): void {
    const keys = [...(this.#families.get(family) ?? []).filter((other) => other !== key), key]
    for (const old of keys.splice(0, keys.length - most)) {
      const result = this.#results.get(old)
      if (result && !result.held) this.#remove(result)
    }
    this.#families.set(family, keys)
  }

  /** Keeps this part of the budget free for others. */
  reserve(bytes: number): void {
    this.#reserved = bytes
    if (this.#bytes > this.budget) this.#shrink(this.budget * low)
  }

  /** Makes room in the arena: spills or discards this many bytes. Returns how many. */
  relieve(bytes: number): number {
    let freed = this.#dropFloats(bytes)
    if (freed < bytes) freed += this.#dropTwins('gpu', bytes - freed)
    for (const result of this.#byWorth()) {
      if (freed >= bytes) break
      const own = ownBytes(result, 'cpu')
      if (own === 0) continue
      if (result.ms / (own / 1e6) >= worthMoving) freed += this.#spill(result)
      else {
        this.#evict(result)
        freed += own
      }
    }
    // Held results cannot be discarded, but what no op is using can be spilled.
    for (const result of this.#results.values()) {
      if (freed >= bytes) break
      freed += this.#spill(result)
    }
    return freed
  }

  /** Gives up this many bytes for good, in the arena or spilled. Returns how many. */
  discard(bytes: number): number {
    let freed = this.#dropFloats(bytes)
    if (freed < bytes) freed += this.#dropTwins('gpu', bytes - freed)
    for (const result of this.#byWorth()) {
      if (freed >= bytes) break
      const own = ownBytes(result, 'cpu', true)
      if (own === 0) continue
      this.#evict(result)
      freed += own
    }
    return freed
  }

  /**
   * Moves results out of the arena without haste, until `enough`: those that would take longer to compute again than to move,
   * the least valuable first. Returns whether it moved any.
   */
  async relieveGently(enough: () => boolean): Promise<boolean> {
    let moved = false
    for (const result of this.#byWorth()) {
      const own = ownBytes(result, 'cpu')
      if (own === 0 || result.ms / (own / 1e6) < worthMoving) continue
      for (const store of result.stores) {
        if (enough()) return moved
        if (store instanceof ArenaStore && (await store.spillGently())) {
          moved = true
          this.counters.spills++
        }
      }
    }
    return moved
  }

  /** Makes room on the GPU: gives up this many bytes there. Returns how many. */
  relieveGpu(bytes: number): number {
    let freed = this.#dropTwins('cpu', bytes)
    for (const result of this.#byWorth()) {
      if (freed >= bytes) break
      const own = ownBytes(result, 'gpu')
      if (own === 0) continue
      this.#evict(result)
      freed += own
    }
    return freed
  }

  /** Drops the float32 numbers that were made of 8-bit ones. */
  #dropFloats(bytes: number): number {
    let freed = 0
    for (const store of this.#stores.keys()) {
      if (freed >= bytes) break
      if (store instanceof EightBitStore) freed += store.dropFloats()
    }
    return freed
  }

  /** Drops the twins of stores of this place, which are in the other. */
  #dropTwins(place: CountedStore['place'], bytes: number): number {
    let freed = 0
    for (const store of this.#stores.keys()) {
      if (freed >= bytes) break
      if (store.place === place) freed += store.dropTwin()
    }
    return freed
  }

  /** Forgets all results but these. */
  keepOnly(wanted: (key: Key) => boolean): void {
    for (const result of [...this.#results.values()]) if (!wanted(result.key)) this.#remove(result)
  }

  /** Forgets everything and keeps nothing from now on. Held results live until they are dropped. */
  close(): void {
    this.#closed = true
    this.#families.clear()
    for (const result of [...this.#results.values()]) this.#remove(result)
  }

  #shrink(target: number, newest?: Result): void {
    for (const result of this.#byWorth()) {
      if (this.#bytes <= target) return
      if (result !== newest) this.#evict(result)
    }
    // Larger than the whole budget: it is used by its callers, and not kept.
    if (newest && this.#bytes > this.budget && !newest.held) this.#evict(newest)
  }

  /** The results that may go, the least valuable first. */
  #byWorth(): Result[] {
    const now = performance.now()
    const worth = (result: Result): number =>
      (result.ms + 0.01) / ((result.bytes / 1e6) * (1 + (now - result.used) / 1000))
    return [...this.#results.values()]
      .filter((result) => !result.held)
      .map((result) => ({ result, worth: worth(result) }))
      .sort((a, b) => a.worth - b.worth)
      .map(({ result }) => result)
  }

  #spill(result: Result): number {
    let freed = 0
    for (const store of result.stores)
      if (store instanceof ArenaStore && store.spill()) {
        freed += store.bytes
        this.counters.spills++
      }
    return freed
  }

  #evict(result: Result): void {
    this.counters.evictions++
    this.#remove(result)
  }

  #remove(result: Result): void {
    this.#results.delete(result.key)
    this.#bytes -= result.small
    for (const store of result.stores) {
      const count = (this.#stores.get(store) ?? 0) - 1
      if (count > 0) this.#stores.set(store, count)
      else {
        this.#stores.delete(store)
        if (store.place === 'cpu') this.#bytes -= store.bytes
      }
    }
    result.keep(false)
  }
}

/** Bytes in the arena, or on the GPU, that are freed with the result: nothing else has them. `all`: spilled ones as well. */
const ownBytes = (result: Result, place: CountedStore['place'], all = false): number => {
  let sum = 0
  for (const store of result.stores) {
    const there = store.place === place && (all || !(store instanceof ArenaStore && store.spilled))
    if (there && store.references === 1) sum += store.bytes
  }
  return sum
}

/** Part of it was lost with a device. */
function hasLost({ stores }: Result): boolean {
  for (const store of stores) if (isLost(store)) return true
  return false
}
