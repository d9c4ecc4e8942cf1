import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SightlineError } from '../types/problem.ts'
import { Arena } from './arena.ts'
import { CpuStore } from './store.ts'

const memoryOf = (maximum = 65536) => new WebAssembly.Memory({ initial: 16, maximum })
const MB = 1 << 20

/** Allocate this many bytes, or free the n-th block. */
const steps = fc.array(
  fc.oneof(
    fc.record({ alloc: fc.oneof(fc.nat(300), fc.nat(70_000), fc.nat(2 * MB)) }),
    fc.record({ free: fc.nat(1000) }),
  ),
  { maxLength: 120 },
)

describe('arena', () => {
  it('never overlaps, keeps what is written, and becomes one hole again', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const arena = new Arena(memoryOf(), { budget: 256 * MB })
        const blocks: { address: number; bytes: number; mark: number }[] = []
        const release = (index: number) => {
          const [block] = blocks.splice(index, 1)
          if (!block) return
          const bytes = new Uint8Array(arena.memory.buffer, block.address, block.bytes)
          expect([bytes[0], bytes.at(-1)]).toEqual(block.bytes ? [block.mark, block.mark] : [undefined, undefined])
          arena.free(block.address)
        }
        for (const [mark, step] of run.entries())
          if ('alloc' in step) {
            const address = arena.alloc(step.alloc)
            expect(address % 64).toBe(0)
            expect(address).toBeGreaterThanOrEqual(65536)
            for (const { address: other, bytes } of blocks)
              expect(address + Math.max(1, step.alloc) <= other || other + Math.max(1, bytes) <= address).toBe(true)
            new Uint8Array(arena.memory.buffer, address, step.alloc).fill(mark)
            blocks.push({ address, bytes: step.alloc, mark })
          } else if (blocks.length) release(step.free % blocks.length)
        while (blocks.length) release(0)
        expect(arena.used).toBe(0)
        expect(arena.holes()).toEqual({ count: 1, largest: arena.size - 65536, bytes: arena.size - 65536 })
      }),
      { numRuns: 60 },
    )
  })

  it('fills pages that were used before it takes fresh ones, even where those fit better', () => {
    const arena = new Arena(memoryOf(), { budget: 1024 * MB })
    const used = arena.alloc(40 * MB)
    arena.alloc(100_000)
    arena.free(used)
    const { count, largest, bytes } = arena.holes()
    expect({ count, largest }).toEqual({ count: 2, largest: 40 * MB })
    // The fresh end of the memory is the smaller hole.
    expect(bytes - largest).toBeGreaterThan(16 * MB)
    expect(bytes - largest).toBeLessThan(40 * MB)
    expect(arena.alloc(16 * MB)).toBe(used)
    expect(arena.alloc(16 * MB)).toBe(used + 16 * MB)
  })

  it('tells when seven eighths of the budget are in use', () => {
    const arena = new Arena(memoryOf(), { budget: 80 * MB })
    let told = 0
    arena.onLow = () => told++
    arena.alloc(70 * MB)
    expect([told, arena.low]).toEqual([0, 0])
    arena.alloc(MB)
    expect([told, arena.low]).toEqual([1, MB])
  })

  it('uses large blocks again: the memory stops growing under steady load', () => {
    const arena = new Arena(memoryOf(), { budget: 1024 * MB })
    const sizes = [12 * MB, 4 * MB, 12 * MB, 3 * MB, 700, 1 * MB]
    let live: number[] = []
    let grown = 0
    for (let round = 0; round < 500; round++) {
      const next = sizes.map((size) => arena.alloc(size + (round % 7) * 64))
      for (const address of live) arena.free(address)
      live = next
      if (round === 20) grown = arena.size
    }
    expect(arena.used).toBeLessThan(33 * MB)
    expect(arena.size).toBe(grown)
  })

  it('leaves room for large blocks between small ones', () => {
    const arena = new Arena(memoryOf(), { budget: 1024 * MB })
    const large: number[] = []
    for (let i = 0; i < 8; i++) {
      large.push(arena.alloc(8 * MB))
      arena.alloc(1000)
    }
    const size = arena.size
    for (const address of large) arena.free(address)
    arena.alloc(40 * MB)
    expect(arena.size).toBe(size)
  })

  it('asks for room before it gives up, and says how much was missing', () => {
    const arena = new Arena(memoryOf(), { budget: 10 * MB })
    const kept = [arena.alloc(4 * MB), arena.alloc(4 * MB)]
    const asked: number[] = []
    arena.onPressure = (bytes) => {
      asked.push(bytes)
      const address = kept.pop()
      if (address === undefined) return false
      arena.free(address)
      return true
    }
    arena.alloc(8 * MB)
    expect(asked).toEqual([8 * MB, 8 * MB])
    expect(arena.used).toBe(8 * MB)
    const error = (() => {
      try {
        return arena.alloc(3 * MB)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(SightlineError)
    expect(error).toMatchObject({ code: 'memory.full', params: { wanted: 3.1, free: 2.1, budget: 10.5 } })
  })

  it('asks for room when the memory can grow no more', () => {
    const arena = new Arena(memoryOf(80), { budget: 1024 * MB })
    const first = arena.alloc(3 * MB)
    arena.onPressure = () => {
      if (arena.used === 0) return false
      arena.free(first)
      return true
    }
    expect(arena.alloc(4 * MB)).toBe(first)
    expect(() => arena.alloc(8 * MB)).toThrow(/Not enough memory: 8.4 MB more are needed, 4.2 of/)
    expect(arena.size).toBeLessThanOrEqual(80 * 65536)
  })

  it('keeps values that are spilled within its limit too, which moving them aside does not help', () => {
    const arena = new Arena(memoryOf(), { budget: 8 * MB, limit: 10 * MB })
    const stores = [new CpuStore(arena, 4 * MB), new CpuStore(arena, 4 * MB)]
    arena.onPressure = () => stores.some((store) => store.spill())
    expect(() => arena.alloc(4 * MB)).toThrow(/Not enough memory: 4.2 MB more are needed, 2.1 of 10.5/)
    expect(stores.some((store) => store.spilled)).toBe(false)
    const asked: number[] = []
    arena.onLimit = (bytes) => {
      asked.push(bytes)
      stores.shift()?.release()
      return true
    }
    arena.alloc(6 * MB)
    expect(asked).toEqual([4 * MB])
    // What comes back counts already.
    stores[0]?.spill()
    arena.budget = 16 * MB
    stores[0]?.pin()
    expect([arena.used, arena.counters.spilled]).toEqual([10 * MB, 0])
  })

  it('refuses to free what it did not give', () => {
    const arena = new Arena(memoryOf(), { budget: MB })
    const address = arena.alloc(10)
    arena.free(address)
    expect(() => arena.free(address)).toThrow(/nothing is allocated/)
  })
})

describe('store', () => {
  const make = () => {
    const arena = new Arena(memoryOf(), { budget: 64 * MB })
    const store = new CpuStore(arena, 4000)
    new Float32Array(arena.memory.buffer, store.pin(), 1000).fill(7)
    store.unpin()
    return { arena, store }
  }

  it('spills, comes back with its numbers, and counts both', () => {
    const { arena, store } = make()
    expect(store.spill()).toBe(true)
    expect(store.spill()).toBe(false)
    expect(arena.used).toBe(0)
    expect(arena.counters).toEqual({ spills: 1, revivals: 0, spilled: 4000 })
    expect(store.view()[999]).toBe(7)
    const blocker = arena.alloc(4000)
    const address = store.pin()
    expect(address).not.toBe(blocker)
    expect(new Float32Array(arena.memory.buffer, address, 1000).every((v) => v === 7)).toBe(true)
    expect(arena.counters).toEqual({ spills: 1, revivals: 1, spilled: 0 })
  })

  it('is neither spilled nor freed while an op works with it', () => {
    const { arena, store } = make()
    store.pin()
    expect(store.spill()).toBe(false)
    store.release()
    expect(arena.used).toBe(4032)
    store.unpin()
    expect(arena.used).toBe(0)
    expect(() => store.pin()).toThrow(/last release/)
  })

  it('lives until its last reference is released, spilled or not', () => {
    const { arena, store } = make()
    store.retain()
    store.release()
    expect(store.view()[0]).toBe(7)
    store.spill()
    store.release()
    expect(arena.counters.spilled).toBe(0)
    expect(() => store.release()).toThrow(/last release/)
    expect(() => store.unpin()).toThrow(/unpinned/)
  })
})

describe('a store that is spilled or revived in slices', () => {
  const bytes = 96 * MB
  function filled() {
    const arena = new Arena(memoryOf(), { budget: 256 * MB })
    const store = new CpuStore(arena, bytes)
    const view = new Uint32Array(arena.memory.buffer, store.pin(), bytes / 4)
    for (let i = 0; i < view.length; i += 1009) view[i] = i + 1
    store.unpin()
    return { arena, store }
  }

  it('lets others work in between, and has the same bytes afterwards', async () => {
    const { arena, store } = filled()
    let turns = 0
    const turn = (): void => {
      turns++
      if (!store.spilled) setImmediate(turn)
    }
    setImmediate(turn)
    expect(await store.spillGently()).toBe(true)
    expect(turns).toBeGreaterThan(1)
    expect([store.spilled, arena.used, arena.counters.spilled]).toEqual([true, 0, bytes])
    const view = new Uint32Array(arena.memory.buffer, store.pin(), bytes / 4)
    let wrong = 0
    for (let i = 0; i < view.length; i += 1009) if (view[i] !== i + 1) wrong++
    expect(wrong).toBe(0)
    store.unpin()
    store.release()
    expect([arena.used, arena.counters.spilled]).toEqual([0, 0])
  })

  it('stays where it is when something uses it meanwhile', async () => {
    const { arena, store } = filled()
    const spilling = store.spillGently()
    store.pin()
    expect(await spilling).toBe(false)
    expect([store.spilled, arena.used, arena.counters.spills]).toEqual([false, bytes, 0])
    expect(await store.spillGently()).toBe(false)
    store.unpin()
    store.release()
  })

  it('may be released or spilled at once meanwhile', async () => {
    const first = filled()
    const spilling = first.store.spillGently()
    first.store.release()
    expect(await spilling).toBe(false)
    expect([first.arena.used, first.arena.counters.spilled]).toEqual([0, 0])

    const second = filled()
    const slowly = second.store.spillGently()
    expect(second.store.spill()).toBe(true)
    expect(await slowly).toBe(false)
    expect([second.arena.used, second.arena.counters.spilled]).toEqual([0, bytes])
    second.store.release()
    expect(second.arena.counters.spilled).toBe(0)
  })

  /** Every value of `filled`, wherever the bytes are. */
  const wrongIn = (view: Uint32Array): number => {
    let wrong = 0
    for (let i = 0; i < view.length; i += 1009) if (view[i] !== i + 1) wrong++
    return wrong
  }

  it('comes back while others work in between', async () => {
    const { arena, store } = filled()
    expect(store.spill()).toBe(true)
    let turns = 0
    const turn = (): void => {
      turns++
      if (store.spilled) setImmediate(turn)
    }
    setImmediate(turn)
    const reviving = store.revive()
    expect(store.revive()).toBe(reviving)
    await reviving
    expect(turns).toBeGreaterThan(1)
    expect([store.spilled, arena.used, arena.counters.spilled, arena.counters.revivals]).toEqual([false, bytes, 0, 1])
    await store.revive()
    expect(arena.counters.revivals).toBe(1)
    expect(wrongIn(new Uint32Array(arena.memory.buffer, store.pin(), bytes / 4))).toBe(0)
  })

  it('may be pinned, spilled again or released before it is back', async () => {
    const pinned = filled()
    pinned.store.spill()
    const first = pinned.store.revive()
    const address = pinned.store.pin()
    await first
    expect([pinned.arena.used, pinned.arena.counters.revivals]).toEqual([bytes, 1])
    expect(wrongIn(new Uint32Array(pinned.arena.memory.buffer, address, bytes / 4))).toBe(0)

    const twice = filled()
    twice.store.spill()
    const second = twice.store.revive()
    twice.store.pin()
    twice.store.unpin()
    twice.store.spill()
    await second
    expect([twice.store.spilled, twice.arena.used, twice.arena.counters.spilled]).toEqual([true, 0, bytes])

    const released = filled()
    released.store.spill()
    const third = released.store.revive()
    released.store.release()
    await third
    expect([released.arena.used, released.arena.counters.spilled]).toEqual([0, 0])
    expect(() => released.store.revive()).toThrow(/last release/)
  })

  it('says that there is no room', async () => {
    const { arena, store } = filled()
    store.spill()
    arena.budget = bytes - 64
    await expect(store.revive()).rejects.toMatchObject({ code: 'memory.full' })
    expect(store.spilled).toBe(true)
    arena.budget = 2 * bytes
    await store.revive()
    expect(store.spilled).toBe(false)
  })
})
