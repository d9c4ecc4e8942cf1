/** CPU devices with an arena each, for tests of ops and engine: one of one thread, one of two threads over shared memory. */
import { readFile } from 'node:fs/promises'
import { Arena } from '../../engine/ops/arena.ts'
import { makeOps, readPixels } from '../../engine/ops/context.ts'
import { type CpuDevice, createSingleDevice } from '../../engine/ops/cpu.ts'
import type { Ops, StoredValue } from '../../engine/ops/op.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../engine/types/value.ts'
import { buildKernels, kernelFiles } from '../build/kernels.ts'
import { createPool } from '../cpu/pool.ts'

export interface TestDevice {
  readonly device: CpuDevice
  readonly arena: Arena
  readonly ops: Ops
  image(shape: ImageShape, numbers: ArrayLike<number>): Promise<ImageValue>
  read(value: StoredValue): Float32Array
  /** Frees all that was made since the last call. */
  clear(): void
  close(): Promise<void>
}

const budget = 1 << 30

function deviceOf(device: CpuDevice, arena: Arena): TestDevice {
  const fresh = () => makeOps(device, arena, new AbortController().signal)
  let run = fresh()
  return {
    device,
    arena,
    get ops() {
      return run.ops
    },
    async image(shape, numbers) {
      const value = await run.ops.fromNumbers({ shape, numbers })
      if (value.kind !== 'image') throw new Error('not an image')
      return value
    },
    read: readPixels,
    clear() {
      run.finish([])
      run = fresh()
    },
    close: () => device.close(),
  }
}

export async function createTestDevices(): Promise<{ readonly single: TestDevice; readonly threads: TestDevice }> {
  await buildKernels()
  const [single, shared] = await Promise.all(
    [kernelFiles.single, kernelFiles.shared].map(async (file) => WebAssembly.compile(await readFile(file))),
  )
  if (!single || !shared) throw new Error('no kernels')
  const own = new Arena(new WebAssembly.Memory({ initial: 1024, maximum: 65536 }), { budget })
  const common = new Arena(new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true }), { budget })
  const pool = await createPool({
    module: shared,
    memory: common.memory,
    alloc: (bytes) => common.alloc(bytes),
    threads: 2,
  })
  return {
    single: deviceOf(
      createSingleDevice(single, own.memory, (bytes) => own.alloc(bytes)),
      own,
    ),
    threads: deviceOf(pool, common),
  }
}

/** A picture's shape with the range that its space has. */
export function pictureShape(height: number, width: number, channels: number, space?: ColourSpace): ImageShape {
  const named = space ?? (channels === 1 ? 'gray' : channels === 3 || channels === 4 ? 'rgb' : 'data')
  return { kind: 'image', height, width, channels, space: named, alpha: channels === 4, range: [0, 1] }
}

/** Numbers in 0..1 that look random and are the same every time (mulberry32). */
export function noise(count: number, seed = 1): Float32Array {
  let state = seed * 0x9e3779b9
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  })
}
