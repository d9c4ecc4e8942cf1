/** CPU devices with an arena each, for tests of ops and engine: one with one thread, one with two threads over shared memory. */

import { readFile } from 'node:fs/promises'
import type { GpuDevice } from '../../engine/gpu/device.ts'
import { Arena } from '../../engine/memory/arena.ts'
import { Shelf } from '../../engine/models/shelf.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { bringToCpu, type Devices, makeOps, type NodeOps, readNumbers } from '../../engine/ops/context.ts'
import { type CpuDevice, createSingleDevice } from '../../engine/ops/cpu.ts'
import type { StoredValue } from '../../engine/ops/op.ts'
import { randomFrom } from '../../engine/types/random.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../engine/values/index.ts'
import { buildKernels, kernelFiles } from '../build/kernels.ts'
import { createPool } from '../cpu/pool.ts'
import { createModelDevice } from '../models/device.ts'
import { createTensorDevice } from '../tensorflow/device.ts'

export interface TestDevice {
  readonly device: CpuDevice
  readonly arena: Arena
  /** Both. */
  readonly devices: Devices
  readonly ops: Ops
  readonly perform: NodeOps['perform']
  readonly shelf: Shelf
  image(shape: ImageShape, numbers: ArrayLike<number>): Promise<ImageValue>
  /** A picture of noise in 0..1. */
  noise(height: number, width: number, channels: number, more?: Partial<ImageShape>): Promise<ImageValue>
  /** Of values on the CPU. */
  read(value: StoredValue): Float32Array
  /** Of values anywhere. */
  fetch(value: StoredValue): Promise<Float32Array>
  /** Frees everything made since the last call. */
  clear(): void
  close(): Promise<void>
}

const usualBudget = 2 ** 30

/** The numbers of a value on the CPU, of whatever dtype. */
function floatsOf(value: StoredValue): Float32Array<ArrayBuffer> {
  const numbers = readNumbers(value)
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
}

export function deviceOf(device: CpuDevice, arena: Arena, gpu?: GpuDevice): TestDevice {
  const tensors = createTensorDevice()
  const models = createModelDevice({ threads: device.threads })
  const shelf = new Shelf(models, arena.budget)
  const devices = { cpu: device, arena, gpu, tensors }
  const fresh = () => makeOps(devices, new AbortController().signal)
  let run = fresh()
  const image = async (shape: ImageShape, numbers: ArrayLike<number>): Promise<ImageValue> => {
    const value = await run.ops.fromNumbers({ shape, numbers })
    if (value.kind !== 'image') throw new Error('not an image')
    return value
  }
  return {
    device,
    arena,
    devices,
    get ops() {
      return run.ops
    },
    perform: (...call) => run.perform(...call),
    shelf,
    image,
    noise: (height, width, channels, more) =>
      image({ ...pictureShape(height, width, channels), ...more }, noise(height * width * channels)),
    read: floatsOf,
    async fetch(value) {
      const done = await bringToCpu(value, arena)
      try {
        return floatsOf(value)
      } finally {
        done()
      }
    },
    clear() {
      run.finish([])
      run = fresh()
    },
    async close() {
      gpu?.destroy()
      shelf.close()
      await Promise.all([device.close(), tensors.close(), models.close()])
    },
  }
}

async function oneThread(gpu?: GpuDevice, budget = usualBudget): Promise<TestDevice> {
  const module = await WebAssembly.compile(await readFile(kernelFiles.single))
  const arena = new Arena(new WebAssembly.Memory({ initial: 1024, maximum: 65536 }), { budget })
  return deviceOf(
    createSingleDevice(module, arena.memory, (bytes) => arena.alloc(bytes)),
    arena,
    gpu,
  )
}

/** Several threads over shared memory. */
export async function createPoolDevice(threads: number, budget = usualBudget): Promise<TestDevice> {
  await buildKernels()
  const module = await WebAssembly.compile(await readFile(kernelFiles.shared))
  const arena = new Arena(new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true }), { budget })
  const alloc = (bytes: number) => arena.alloc(bytes)
  return deviceOf(createPool({ module, memory: arena.memory, alloc, threads }), arena)
}

/** One thread, with this GPU beside it. */
export async function createGpuTestDevice(gpu: GpuDevice): Promise<TestDevice> {
  await buildKernels()
  return oneThread(gpu)
}

/** For tests that any device can serve. It need not be closed. */
export async function createTestDevice(budget?: number): Promise<TestDevice> {
  await buildKernels()
  return oneThread(undefined, budget)
}

/** @param budget of the memory of each, in bytes */
export async function createTestDevices(
  budget = usualBudget,
): Promise<{ readonly single: TestDevice; readonly threads: TestDevice }> {
  await buildKernels()
  return { single: await oneThread(undefined, budget), threads: await createPoolDevice(2, budget) }
}

/** A picture's shape with the range of its space. */
export function pictureShape(height: number, width: number, channels: number, space?: ColourSpace): ImageShape {
  const named = space ?? (channels === 1 ? 'gray' : channels === 3 || channels === 4 ? 'rgb' : 'data')
  return { kind: 'image', height, width, channels, space: named, alpha: channels === 4, range: [0, 1] }
}

/** Reproducible random numbers in 0..1. */
export function noise(count: number, seed = 1): Float32Array {
  const random = randomFrom(seed * 0x9e3779b9)
  return Float32Array.from({ length: count }, random)
}
