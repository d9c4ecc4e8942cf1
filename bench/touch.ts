/**
 * What it costs to touch large memory for the first time, and how much of it is touched: `node bench/touch.ts`. A process gets
 * its pages from the system one by one, which takes far longer than filling pages that it has had before.
 */
import { Arena } from '../engine/memory/arena.ts'
import { CpuStore } from '../engine/memory/store.ts'

const MB = 1 << 20
/** Processor time of this process in ms: other programs do not count. */
const worked = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const ms = (start: number): number => Math.round(performance.now() - start)

function fresh(): Arena {
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
  return new Arena(memory, { budget: 3e9 })
}

/** Fills a new block, as a kernel does. Returns its address. */
function fill(arena: Arena, bytes: number): number {
  const address = arena.alloc(bytes)
  new Uint8Array(arena.memory.buffer, address, bytes).fill(1)
  return address
}

{
  const arena = fresh()
  const store = new CpuStore(arena, 236 * MB)
  new Uint8Array(arena.memory.buffer, store.pin(), 236 * MB).fill(1)
  store.unpin()
  /** The most work between two turns of the event loop until `done`, in ms. */
  const longest = async (done: Promise<unknown>): Promise<number> => {
    let [most, last, ended] = [0, worked(), false]
    const turn = (): void => {
      most = Math.max(most, worked() - last)
      last = worked()
      if (!ended) setImmediate(turn)
    }
    setImmediate(turn)
    await done
    ended = true
    return Math.round(most)
  }
  const time = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const start = performance.now()
    const most = await longest(work())
    console.log(`${name}: ${ms(start)} ms, at most ${most} ms of work between two turns of the event loop`)
  }
  await time('spill 236 MB in slices', () => store.spillGently())
  await time('bring it back', () => store.revive())
  await store.spillGently()
  fill(arena, 236 * MB)
  await time('bring it back to fresh pages', () => store.revive())
}

{
  const arena = fresh()
  let start = performance.now()
  const address = fill(arena, 144 * MB)
  const first = ms(start)
  arena.free(address)
  start = performance.now()
  fill(arena, 144 * MB)
  console.log(`fill 144 MB: fresh pages ${first} ms, pages that were freed ${ms(start)} ms`)
}

{
  // A picture of 144 MB is freed between others; then follow results of a quarter of its size.
  const arena = fresh()
  const [, middle = 0] = [1, 2, 3].map(() => fill(arena, 144 * MB))
  fill(arena, 72 * MB)
  arena.free(middle)
  const touched = 3.5 * 144 * MB + 65536
  const start = performance.now()
  let beyond = 0
  for (let i = 0; i < 4; i++) if (fill(arena, 36 * MB) + 36 * MB > touched) beyond += 36
  console.log(`4 × 36 MB after 144 MB were freed: ${ms(start)} ms, ${beyond} MB of them in fresh pages`)
}

{
  const arena = fresh()
  const store = new CpuStore(arena, 236 * MB)
  new Uint8Array(arena.memory.buffer, store.pin(), 236 * MB).fill(1)
  store.unpin()
  for (const round of ['first', 'second']) {
    let start = performance.now()
    store.spill()
    const out = ms(start)
    start = performance.now()
    store.pin()
    store.unpin()
    console.log(`spill 236 MB, ${round} time: out ${out} ms, back ${ms(start)} ms`)
  }
}
