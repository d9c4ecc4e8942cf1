/**
 * The threaded CPU device: workers that each hold an instance of the kernels over one shared memory and take tiles of rows
 * from the calls in flight. The engine's thread writes a call down and is told when it has ended; for a call known to be short
 * it does a worker's share itself, because waking that worker and being woken again would take as long.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  type Allocate,
  type CpuDevice,
  checkCall,
  instantiateKernels,
  type KernelCall,
  KernelError,
} from '../../engine/ops/cpu.ts'
import { ownEnvironment } from '../environment.ts'
import { say } from '../terminal/say.ts'
import { type Control, createControl, runTiles, type Scratch, STATE, slotsOf, WAKE } from './control.ts'

export interface CpuPool extends CpuDevice {
  /** Ends the workers, wherever they are, and starts new ones. Calls in flight reject. */
  restart(): Promise<void>
}

export interface PoolOptions {
  /** The compiled build/kernels.shared.wasm. */
  readonly module: WebAssembly.Module
  /** Shared, 1024 to 65536 pages. */
  readonly memory: WebAssembly.Memory
  readonly alloc: Allocate
  readonly threads: number
}

/** The minimum number of tiles per thread, enough to balance the load. */
const TILES_PER_THREAD = 8

/** A call that took less than this last time is short, in ms: a tile of it takes no more than 1.5. */
const SHORT = 12
/** How long the engine's thread works on short calls at a stretch, in ms, plus the last tile. */
const SHARE = 3.5
/** How long to wait for the others' last tiles before sleeping, in ms. */
const LINGER = 0.1
/** How long a stopped call may take to end, in ms; then a new crew is started, which takes about half as long. */
const LATE = 100
/** The number of calls remembered. */
const REMEMBERED = 1000

/** A past call: its ms, and rows per tile. */
interface Known {
  readonly ms: number
  readonly tile: number
}

/** What a call's time depends on: everything but the addresses, which are large. */
const shapeOf = ({ kernel, args, rows }: KernelCall): string =>
  `${kernel} ${rows} ${args.filter((value) => Math.abs(value) < 65536).join()}`

function wake(words: Int32Array): void {
  Atomics.add(words, WAKE, 1)
  Atomics.notify(words, WAKE)
}

interface Crew {
  readonly words: Int32Array
  readonly slots: readonly Control[]
  readonly workers: readonly Worker[]
  /** Calls in flight, */
  flights: number
  /** and those of them known to be short. */
  readonly short: Set<Control>
  /** Stopped calls that should have ended by now. */
  readonly late: Set<Control>
  /** Its workers have been told to end. */
  ending: boolean
  /** Once it has ended: why its calls fail. Absent: they are dispatched again. */
  failure?: string
}

/**
 * Scratch memory with a part for each worker. The parts are the same for calls of any size, because calls in flight share
 * them: a worker runs one tile at a time, but of different calls. It grows by doubling; running calls keep the old block.
 */
function partsOf(alloc: Allocate, workers: number): (bytes: number) => Scratch {
  let scratch: Scratch = { address: 0, part: 0 }
  return (bytes) => {
    if (bytes > scratch.part) {
      const part = Math.max(1 << 15, 2 ** Math.ceil(Math.log2(bytes)))
      scratch = { address: alloc(part * workers), part }
    }
    return scratch
  }
}

/** Throws where the system gives no thread. Calls may be dispatched at once: threads that are still starting take them up. */
export function createPool({ module, memory, alloc, threads }: PoolOptions): CpuPool {
  const kernels = instantiateKernels(module, memory)
  const list = [...kernels.values()]
  const numbers = new Map([...kernels.keys()].map((name, index) => [name, index]))
  const scratchFor = partsOf(alloc, threads + 1)
  const waiting: (() => void)[] = []
  const known = new Map<string, Known>()
  /** Why there are no threads any more. */
  let gone: string | undefined
  let crew = hire()

  function hire(): Crew {
    const control = createControl(threads)
    const workers = Array.from({ length: threads }, (_, index) => {
      const workerData = { module, memory, control, index }
      return new Worker(new URL('./worker.ts', import.meta.url), {
        ...{ workerData, name: `cpu ${index}` },
        ...{ execArgv: [], env: ownEnvironment() },
      })
    })
    const made: Crew = {
      words: new Int32Array(control),
      slots: slotsOf(control),
      workers,
      flights: 0,
      ending: false,
      short: new Set(),
      late: new Set(),
    }
    for (const worker of workers) {
      worker.unref()
      // A kernel's failure is caught in the worker; this is the worker itself dying (out of memory, for example).
      worker.on('error', (error) => {
        if (crew === made && !gone)
          replace(`its thread died: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
    return made
  }

  /** Another crew, ready to work. */
  async function assemble(): Promise<Crew> {
    const made = hire()
    await Promise.all(made.workers.map((worker) => once(worker, 'online')))
    return made
  }

  /** Ends the workers, wherever they are. Its calls are told once none of them is running. */
  async function dismiss(ended: Crew, failure?: string): Promise<void> {
    ended.ending = true
    await Promise.all(ended.workers.map((worker) => worker.terminate()))
    if (failure !== undefined) ended.failure = failure
  }

  let replacing: Promise<void> | undefined
  function replace(failure?: string, fresh?: Crew): Promise<void> {
    replacing ??= (async () => {
      const old = crew
      const dismissed = dismiss(old, failure)
      try {
        crew = fresh ?? (await assemble())
      } catch (error) {
        gone ??= `its threads cannot be started again: ${error instanceof Error ? error.message : String(error)}`
      }
      await dismissed
      replacing = undefined
      for (const slot of old.slots) slot.abandon()
      for (const go of waiting.splice(0)) go()
    })()
    return replacing
  }

  let relieving = false
  /** Replaces the crew if one of its calls is still late when another crew is ready: on a busy machine it may only have had to wait. */
  async function relieve(old: Crew): Promise<void> {
    const needed = () => old === crew && old.late.size > 0 && !replacing && !gone
    if (relieving) return
    relieving = true
    try {
      while (needed()) {
        const fresh = await assemble()
        await (needed() ? replace(undefined, fresh) : dismiss(fresh))
      }
    } catch (error) {
      // A machine without room for more threads keeps those it has.
      say(`No threads to take the place of late ones: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      relieving = false
    }
  }

  // Waiting on the control memory does not keep a process alive, running workers do: they are referenced while calls are in flight.
  const hold = (mine: Crew) => mine.flights++ === 0 && mine.workers[0]?.ref()
  // While workers are being ended, the process stays alive until they have ended, even if the last call finishes first.
  const letGo = (mine: Crew) => --mine.flights === 0 && !mine.ending && mine.workers[0]?.unref()

  /** The engine's thread takes part in short calls, like a worker. */
  function help({ words, short }: Crew): void {
    const end = performance.now() + SHARE
    const inTime = () => performance.now() < end
    let worked = true
    while (worked && inTime()) {
      worked = false
      for (const slot of short) if (inTime() && runTiles(slot, list, threads)) worked = true
    }
    const running = () => [...short].some((slot) => slot.state() === STATE.running)
    const patience = performance.now() + LINGER
    while (running() && performance.now() < patience);
    // There is now room for the worker that was one too many.
    if (running()) wake(words)
  }

  function freeSlot(kernel: string): Control | undefined {
    if (gone) throw new KernelError(kernel, gone)
    return replacing ? undefined : crew.slots.find((candidate) => candidate.free())
  }

  /** Runs the call. False: its crew was replaced before it had ended. */
  async function attempt(call: KernelCall, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted()
    const scratch = call.scratch ? scratchFor(call.scratch) : undefined
    // Nothing is awaited between finding a free slot and starting the call, so no two calls find the same one.
    let slot = freeSlot(call.kernel)
    while (!slot) {
      await (replacing ?? new Promise<void>((resolve) => waiting.push(resolve)))
      // Pass on a turn that is not taken: nobody else may be in flight to do it.
      if (signal?.aborted) waiting.shift()?.()
      signal?.throwIfAborted()
      slot = freeSlot(call.kernel)
    }
    const mine = crew
    const grain = call.grain ?? 1
    const most = Math.ceil(Math.ceil(call.rows / (threads * TILES_PER_THREAD)) / grain) * grain
    const shape = shapeOf(call)
    const last = known.get(shape)
    const short = last !== undefined && last.ms < SHORT
    const start = performance.now()
    slot.start(call, numbers.get(call.kernel) ?? -1, last?.tile ?? grain, most, scratch)
    // Wakes all, though one too many where this thread takes part: whoever comes first works, and a virtual machine may keep one
    // waiting behind this very thread while another processor sleeps.
    wake(mine.words)

    let late: ReturnType<typeof setTimeout> | undefined
    const stop = () => {
      slot.stop()
      late = setTimeout(() => {
        mine.late.add(slot)
        void relieve(mine)
      }, LATE)
    }
    signal?.addEventListener('abort', stop, { once: true })
    const alone = mine.flights === 0
    hold(mine)
    if (short) mine.short.add(slot)
    try {
      if (short && alone) {
        // Those dispatched with it come first: worked on together, they find in the cache what they both read.
        await undefined
        help(mine)
      }
      await slot.ended()
      const lost = slot.state() !== STATE.done
      const failure = lost ? mine.failure : slot.finish()
      if (failure !== undefined) throw new KernelError(call.kernel, failure)
      signal?.throwIfAborted()
      if (lost) return false
      // Only for a call that ran to its end: stopped early, a long one would look short.
      if (known.size >= REMEMBERED) known.clear()
      known.set(shape, { ms: performance.now() - start, tile: slot.tile() })
      return true
    } finally {
      signal?.removeEventListener('abort', stop)
      clearTimeout(late)
      mine.short.delete(slot)
      mine.late.delete(slot)
      letGo(mine)
      waiting.shift()?.()
    }
  }

  return {
    threads,
    memory,
    async dispatch(call, signal) {
      checkCall(call, kernels.get(call.kernel))
      if (call.rows === 0) return
      while (!(await attempt(call, signal)));
    },
    restart: () => replace('it was stopped, because the threads were restarted'),
    async close() {
      gone = 'the CPU device is closed'
      await replacing
      await dismiss(crew, 'the CPU device was closed')
      for (const slot of crew.slots) slot.abandon()
      for (const go of waiting.splice(0)) go()
    },
  }
}
