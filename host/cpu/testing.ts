/** For tests of kernels: either device over its own memory, with numbers going in and out. */
import { readFile } from 'node:fs/promises'
import { type CpuDevice, createSingleDevice } from '../../engine/ops/cpu.ts'
import { buildKernels, kernelFiles } from '../build/kernels.ts'
import { createPool } from './pool.ts'

export const numberTypes = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const

export type NumberType = keyof typeof numberTypes

/** A device with the simplest allocator: every test starts afresh. */
export interface Bench {
  device: CpuDevice
  alloc: (bytes: number) => number
  put: (values: ArrayLike<number>, type?: NumberType) => number
  get: (address: number, length: number, type?: NumberType) => ArrayLike<number>
}

export async function openBench(kind: 'one thread' | 'pool', threads = 3): Promise<Bench> {
  await buildKernels()
  const shared = kind === 'pool'
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared })
  let top = 1024
  const alloc = (bytes: number) => {
    const address = top
    top = (top + bytes + 15) & ~15
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / 65536))
    return address
  }
  const module = await WebAssembly.compile(await readFile(shared ? kernelFiles.shared : kernelFiles.single))
  const device = shared ? createPool({ module, memory, alloc, threads }) : createSingleDevice(module, memory, alloc)
  return {
    device,
    alloc,
    put(values, type = 'float32') {
      const address = alloc(values.length * numberTypes[type].BYTES_PER_ELEMENT)
      new numberTypes[type](memory.buffer, address, values.length).set(values)
      return address
    },
    get: (address, length, type = 'float32') => new numberTypes[type](memory.buffer, address, length).slice(),
  }
}
