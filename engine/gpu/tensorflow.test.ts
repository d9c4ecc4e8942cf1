/** TensorFlow.js on our GPU (SwiftShader): its convolution equals our custom kernel, and values go in and out without a copy. */
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGpuTestDevice, type TestDevice } from '../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../host/testing/gpu.ts'
import { makeOps } from '../ops/context.ts'
import type { ImageValue } from '../values/index.ts'
import { roundUp } from './buffers.ts'
import type { GpuDevice } from './device.ts'
import { GpuError } from './error.ts'
import { GpuStore } from './store.ts'

const kernel = [
  [1, -2, 0.5],
  [0.25, 3, -1],
  [2, 0, 1],
]
const layer = { kernel, stride: 1, padding: 1 }
const [height, width, channels] = [12, 20, 3]
const bytes = height * width * channels * 4

describe.skipIf(noGpu)('TensorFlow.js on a GPU', { timeout: gpuTimeout }, () => {
  let gpu: GpuDevice
  let device: TestDevice
  let image: ImageValue
  /** For tests that lose it. */
  const others: TestDevice[] = []

  beforeAll(async () => {
    gpu = await openTestGpu()
    device = await createGpuTestDevice(gpu)
    await device.ops.conv2d(await device.noise(height, width, channels), layer)
    device.clear()
  }, gpuTimeout)
  afterEach(() => {
    device.clear()
    expect(gpu.buffers.used, 'left on the GPU').toBe(0)
    expect(tf.engine().state.numTensors, 'left in TensorFlow.js').toBe(0)
  })
  afterAll(async () => {
    await Promise.all([device, ...others].map((one) => one.close()))
  })
  const blockOf = ({ store }: ImageValue): GpuStore => {
    if (!(store instanceof GpuStore)) throw new Error('it is not on the GPU')
    return store
  }

  it('a convolution is what our custom kernel makes, before and after other ops of ours', async () => {
    image = await device.noise(height, width, channels)
    const { ops } = device
    const ours = await ops.convolve(await ops.convolve(image, { kernel, border: 'constant' }), {
      ...{ kernel, border: 'constant' },
    })
    const theirs = await ops.convolve(await ops.conv2d(image, layer), { kernel, border: 'constant' })
    const also = await ops.conv2d(await ops.convolve(image, { kernel, border: 'constant' }), layer)
    const wanted = await device.fetch(ours)
    for (const value of [theirs, also]) {
      const given = await device.fetch(value)
      expect(Math.max(...wanted.map((v, i) => Math.abs(v - (given[i] ?? Number.NaN))))).toBeLessThan(1e-4)
    }
  })

  it('nothing is copied: the tensor is the value’s buffer, the result a buffer of our pool', async () => {
    image = await device.noise(height, width, channels)
    const { block } = blockOf(image)
    const { up, down } = gpu.moves
    const made = await device.ops.conv2d(image, layer)
    // Its weights are uploaded.
    expect(gpu.moves.up - up).toBe(9 * channels * 4)
    expect(gpu.moves.down).toBe(down)
    expect(blockOf(made).bytes).toBe(bytes)
    expect(gpu.buffers.used).toBe(2 * roundUp(bytes))

    const seen: GPUBuffer[] = []
    const inner = await gpu.tensorflow()
    const same = await inner.run(
      [{ block, shape: [height, width, channels] }],
      bytes / 4,
      (tf, [one]) => {
        const backend = tf.backend() as unknown as { tensorMap: { get(id: object): { resource: GPUBuffer } } }
        seen.push(backend.tensorMap.get((one as tf.Tensor).dataId).resource)
        return one as tf.Tensor
      },
      undefined,
    )
    expect(seen).toEqual([block.buffer])
    // A result that is the input itself is copied, because it would have two owners.
    expect(same.buffer).not.toBe(block.buffer)
    gpu.buffers.free(same)
  })

  it('its time is the node’s', async () => {
    image = await device.noise(height, width, channels)
    const node = makeOps(device.devices, new AbortController().signal)
    await node.ops.conv2d(image, layer)
    expect(gpu.hasClock).toBe(true)
    expect(await node.settle()).toBeGreaterThan(0)
    node.finish([])
  })

  it('where the GPU has no room the CPU does it', async () => {
    image = await device.noise(height, width, channels)
    gpu.buffers.budget = gpu.buffers.used + 100
    gpu.buffers.trim(Infinity)
    const made = await device.ops.conv2d(image, layer)
    gpu.buffers.budget = 1 << 30
    expect(made.store).not.toBeInstanceOf(GpuStore)
    const there = await device.fetch(await device.ops.conv2d(image, layer))
    for (const [i, v] of (await device.fetch(made)).entries()) expect(there[i]).toBeCloseTo(v, 4)
  })

  it('what fails there says so, and leaves nothing behind', async () => {
    image = await device.noise(height, width, channels)
    const { block } = blockOf(image)
    const inner = await gpu.tensorflow()
    const given = [{ block, shape: [height, width, channels] }]
    const failing = inner.run(given, 1, (tf, [one]) => tf.matMul(one as tf.Tensor, tf.zeros([5, 7])), undefined)
    await expect(failing).rejects.toThrow(GpuError)
    const other = inner.run(given, 1, (tf, [one]) => tf.add(one as tf.Tensor, 1), undefined)
    await expect(other).rejects.toThrow('float32 of 12,20,3, where 1 float32 were to come')
    expect(gpu.buffers.used).toBe(roundUp(bytes))
  })

  it('goes with its device, and the CPU goes on', async () => {
    const lost = await openTestGpu()
    const own = await createGpuTestDevice(lost)
    others.push(own)
    const source = await own.noise(height, width, channels)
    const wanted = await own.fetch(await own.ops.conv2d(source, layer))
    const numbers = await own.fetch(source)
    const running = own.ops.conv2d(source, layer).catch((error: Error) => error)
    lost.destroy()
    await running
    const again = await own.ops.conv2d(await own.image(source, numbers), layer)
    for (const [i, v] of own.read(again).entries()) expect(v).toBeCloseTo(wanted[i] ?? Number.NaN, 4)
    await expect((await lost.tensorflow()).run([], 1, (tf) => tf.scalar(1), undefined)).rejects.toThrow(/closed/)
  })
})
