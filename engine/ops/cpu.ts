/**
 * The CPU device: runs WebAssembly kernels over rows. This file has its contract and the single-threaded device, which needs
 * neither workers nor shared memory; host/cpu/pool.ts has the threaded one.
 */

import { breathe } from '../memory/breathe.ts'
import type { Read } from './rows.ts'

/** One run of a kernel over all rows of its output. It may be repeated over the results of an earlier run. */
export interface KernelCall {
  /** The name a kernel.as.ts exports. */
  readonly kernel: string
  /** Its arguments before `scratch`, y0 and y1. */
  readonly args: readonly number[]
  /** The rows 0..rows of the output (or its parts, as the kernel counts them) are cut into tiles [y0, y1), which run in any order. */
  readonly rows: number
  /** Tiles start at multiples of this and hold at least this many rows. Default 1. */
  readonly grain?: number
  /** The rows it reads for the rows it writes, value by value. Absent: a barrier, which needs all of its inputs. */
  readonly reads?: readonly Read[]
  /** Bytes of scratch memory for each worker. Kernels that take a scratch pointer need it, others must not have it. */
  readonly scratch?: number
}

export interface CpuDevice {
  /** How many kernels run at the same time. */
  readonly threads: number
  readonly memory: WebAssembly.Memory
  /**
   * Runs a kernel over its rows. Rejects with the signal's reason when aborted, once no tile of the call is running, and
   * with a `KernelError` when the kernel fails.
   */
  dispatch(call: KernelCall, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Slack in upper bounds of scratch memory, for alignment and for registers that reach past an end. */
export const SCRATCH_SLACK = 256

/** A kernel that does not exist, was called wrongly or trapped. */
export class KernelError extends Error {
  override readonly name = 'KernelError'
  readonly kernel: string
  constructor(kernel: string, message: string) {
    super(`kernel "${kernel}": ${message}`)
    this.kernel = kernel
  }
}

/** Allocates a device's scratch memory: the address of this many bytes, a multiple of 16. */
export type Allocate = (bytes: number) => number

export type Kernels = ReadonlyMap<string, (...args: number[]) => void>

/** The kernels of the compiled module, over a memory. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const kernels = new Map<string, (...args: number[]) => void>()
  for (const [name, value] of Object.entries(exports))
    if (typeof value === 'function') kernels.set(name, value as (...args: number[]) => void)
  return kernels
}

/** Throws a KernelError unless the call is valid: WebAssembly itself silently accepts missing and fractional numbers. */
export function checkCall(call: KernelCall, kernel: ((...args: number[]) => void) | undefined): void {
  if (!kernel) throw new KernelError(call.kernel, 'there is none of this name. Run `node host/build/kernels.ts`.')
  const wanted = kernel.length - 2 - (call.scratch ? 1 : 0)
  if (call.args.length !== wanted)
    throw new KernelError(
      call.kernel,
      `takes ${wanted} arguments before scratch and rows, was given ${call.args.length}`,
    )
  if (!Number.isInteger(call.rows) || call.rows < 0) throw new KernelError(call.kernel, `cannot run ${call.rows} rows`)
}

/** Scratch memory that grows by doubling, so that all blocks ever taken together are less than twice the largest. */
export function scratchOf(alloc: Allocate): (bytes: number) => number {
  let size = 0
  let address = 0
  return (bytes) => {
    if (bytes > size) {
      size = Math.max(1 << 16, 2 ** Math.ceil(Math.log2(bytes)))
      address = alloc(size)
    }
    return address
  }
}

/** How many times larger than the last a tile may be: a row or two predict little about many. */
const GROWTH = 8

/** The number of rows of the next tile, to take about `aim` ms, after one of `rows` that took `spent` ms. */
export function paced(rows: number, spent: number, aim: number, grain: number): number {
  return Math.max(grain, Math.floor((rows * Math.min(GROWTH, aim / spent)) / grain) * grain)
}

/** How long the single-threaded device blocks the event loop, in ms. */
const STRETCH = 4

/**
 * A device of one thread, the caller's own: tiles of about 2 ms, and a pause for the event loop every 4 ms.
 * @param module the compiled build/kernels.wasm
 * @param memory not shared, of at least 1024 pages
 */
export function createSingleDevice(module: WebAssembly.Module, memory: WebAssembly.Memory, alloc: Allocate): CpuDevice {
  const kernels = instantiateKernels(module, memory)
  const scratch = scratchOf(alloc)
  let since = performance.now()
  // Calls take turns: two that share the scratch memory must not mix, and taking turns is no slower on one thread.
  let last: Promise<void> = Promise.resolve()

  const run = async (call: KernelCall, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    const kernel = kernels.get(call.kernel)
    checkCall(call, kernel)
    if (!kernel) return
    const args = call.scratch ? [...call.args, scratch(call.scratch)] : call.args
    const grain = call.grain ?? 1
    let rows = grain
    for (let y = 0; y < call.rows; ) {
      const start = performance.now()
      if (start - since > STRETCH) {
        await breathe()
        since = performance.now()
        signal?.throwIfAborted()
        continue
      }
      const end = Math.min(call.rows, y + rows)
      try {
        kernel(...args, y, end)
      } catch (error) {
        throw new KernelError(call.kernel, error instanceof Error ? error.message : String(error))
      }
      rows = paced(end - y, performance.now() - start, STRETCH / 2, grain)
      y = end
    }
  }

  return {
    threads: 1,
    memory,
    dispatch(call, signal) {
      const result = last.then(() => run(call, signal))
      last = result.catch(() => undefined)
      return result
    },
    async close() {
      await last
    },
  }
}
