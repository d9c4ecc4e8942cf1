/** A device with its memory and ops, set up as in the engine, for benches of single ops. */
import { readFile } from 'node:fs/promises'
import type { GpuDevice } from '../engine/gpu/device.ts'
import { Arena } from '../engine/memory/arena.ts'
import type { Ops } from '../engine/ops/calls.ts'
import { makeOps } from '../engine/ops/context.ts'
import type { Value } from '../engine/values/index.ts'
import { createPool } from '../host/cpu/pool.ts'
import { createTensorDevice } from '../host/tensorflow/device.ts'

export interface BenchDevice {
  /** Runs `work` as a node would, frees everything it made, and returns its milliseconds (without the freeing). */
  time(work: (ops: Ops) => Promise<unknown>): Promise<number>
  /** The same on the GPU, by the GPU's own clock; NaN if it has none. */
  gpuTime(work: (ops: Ops) => Promise<unknown>): Promise<number>
  /** A value that is kept. */
  keep<V extends Value>(make: (ops: Ops) => Promise<V>): Promise<V>
  close(): Promise<void>
}

export async function benchDevice(threads: number, gpu?: GpuDevice): Promise<BenchDevice> {
  const module = await WebAssembly.compile(await readFile(new URL('../build/kernels.shared.wasm', import.meta.url)))
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
  const arena = new Arena(memory, { budget: 3e9 })
  const device = createPool({ module, memory, threads, alloc: (bytes) => arena.alloc(bytes) })
  const tensors = createTensorDevice()
  const devices = { cpu: device, arena, gpu, tensors }
  const { signal } = new AbortController()
  return {
    async time(work) {
      const run = makeOps(devices, signal)
      const start = performance.now()
      try {
        await work(run.ops)
        await run.settle()
        return performance.now() - start
      } finally {
        run.finish([])
      }
    },
    async gpuTime(work) {
      const run = makeOps(devices, signal)
      try {
        await work(run.ops)
        return (await run.settle()) ?? Number.NaN
      } finally {
        run.finish([])
      }
    },
    async keep(make) {
      const run = makeOps(devices, signal)
      const value = await make(run.ops)
      run.finish([value])
      return value
    },
    async close() {
      await Promise.all([device.close(), tensors.close()])
    },
  }
}
