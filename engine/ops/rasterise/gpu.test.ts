/** On the GPU, in one file so that its kernels are compiled once: prefix sums, the sort, and pictures beside the CPU's. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevice, type TestDevice } from '../../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../../host/testing/gpu.ts'
import type { Block } from '../../gpu/buffers.ts'
import type { GpuDevice } from '../../gpu/device.ts'
import { randomFrom } from '../../types/random.ts'
import type { TensorValue } from '../../values/index.ts'
import { makeOps } from '../context.ts'
import { createGpuContext, type OpGpuContext } from '../gpu-context.ts'
import { sumOf } from './gpu.ts'
import type { RasteriseParams } from './rules.ts'
import { scanCalls, sortPairs } from './sort.ts'
import { renderScene, type TestScene, testParams, testScene, thinScene } from './testing.ts'

describe.skipIf(noGpu)('on the GPU', { timeout: gpuTimeout }, () => {
  let gpu: GpuDevice
  let there: TestDevice
  let here: TestDevice
  beforeAll(async () => {
    gpu = await openTestGpu()
    there = await createGpuTestDevice(gpu)
    here = await createTestDevice()
  }, gpuTimeout)
  afterEach(() => {
    there.clear()
    here.clear()
  })
  afterAll(() => Promise.all([there.close(), here.close()]))

  async function inContext<T>(work: (context: OpGpuContext) => Promise<T>): Promise<T> {
    const context = createGpuContext(gpu, new AbortController().signal, undefined)
    try {
      return await work(context)
    } finally {
      context.end(new Set())
    }
  }
  const numbersIn = async (context: OpGpuContext, block: Block, count: number) =>
    new Uint32Array(await context.read(block, 4 * count))

  // The last has more blocks than a block has numbers.
  it.each([
    [0, 8],
    [1, 8],
    [7, 8],
    [2047, 8],
    [2048, 8],
    [2049, 8],
    [256 * 256 + 3, 1],
  ])('adds up %i numbers, %i for each invocation', async (count, each) => {
    const random = randomFrom(count)
    const numbers = Uint32Array.from({ length: count }, () => random() * 1000)
    const sums = await inContext(async (context) => {
      const block = await context.upload(numbers)
      await context.dispatchAll(await scanCalls(context, block, count, each))
      return numbersIn(context, block, count)
    })
    let sum = 0
    const wrong = numbers.findIndex((v, i) => {
      sum += v
      return sums[i] !== sum - v
    })
    expect(wrong).toBe(-1)
  })

  /** Sorts keys, each with its place as its value; returns the places. */
  const sorted = (keys: Uint32Array<ArrayBuffer>, differing: number) =>
    inContext(async (context) => {
      const own = { keys: await context.upload(keys), values: await context.upload(keys.map((_, i) => i)) }
      const [spareKeys, spareValues] = [
        await context.temporary(own.keys.bytes),
        await context.temporary(own.keys.bytes),
      ]
      const spare = { keys: spareKeys, values: spareValues }
      const result = await sortPairs(context, { pairs: own, spare, count: keys.length, differing })
      return {
        keys: await numbersIn(context, result.keys, keys.length),
        places: await numbersIn(context, result.values, keys.length),
      }
    })
  const expected = (keys: Uint32Array): Uint32Array =>
    Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b)

  it.each([0, 1, 2, 255, 2048, 2049, 9001])('sorts %i keys of 32 bits', async (count) => {
    const random = randomFrom(3)
    const keys = Uint32Array.from({ length: count }, () => random() * 2 ** 32)
    const { places, keys: after } = await sorted(keys, 0xffffffff)
    expect(places).toEqual(expected(keys))
    expect(after).toEqual(keys.slice().sort())
  })

  it('keeps the order of many equal keys, over several blocks', async () => {
    const random = randomFrom(4)
    const keys = Uint32Array.from({ length: 20_001 }, () => random() * 5)
    expect((await sorted(keys, 7)).places).toEqual(expected(keys))
    const same = new Uint32Array(6000).fill(0xdeadbeef)
    expect((await sorted(same, 0xffffffff)).places).toEqual(expected(same))
  })

  it('leaves out digits in which no key differs', async () => {
    const random = randomFrom(5)
    const keys = Uint32Array.from({ length: 3000 }, () => 0x40000005 + (Math.floor(random() * 16) << 20))
    expect((await sorted(keys, 0xf00000)).places).toEqual(expected(keys))
    expect((await sorted(keys.fill(9), 0)).places).toEqual(expected(keys))
  })

  /** The largest difference from the CPU. Pixels that all but ended may have ended on one of the two only. */
  async function apart(scene: readonly TestScene[], own: Partial<RasteriseParams> = {}): Promise<number> {
    const [made, wanted] = [await renderScene(there, scene, own), await renderScene(here, scene, own)]
    expect([made.place, wanted.place]).toEqual(['gpu', 'cpu'])
    let [largest, left] = [0, 0]
    for (const [pixel, alpha] of wanted.alpha.entries()) {
      if (1 - Math.max(alpha, made.alpha[pixel] ?? 0) < 1.1e-4) {
        left++
        continue
      }
      const differences = [0, 1, 2].map((c) => (made.image[3 * pixel + c] ?? 0) - (wanted.image[3 * pixel + c] ?? 0))
      for (const difference of [...differences, (made.alpha[pixel] ?? 0) - alpha])
        largest = Math.max(largest, Math.abs(difference))
    }
    expect(
      made.image.some((v) => v > 0.35),
      'nothing is drawn',
    ).toBe(true)
    // Few end just there.
    expect(left).toBeLessThan(wanted.alpha.length / 20)
    return largest
  }

  it('draws many splats as the CPU does: lists of several batches, pairs of several blocks', async () => {
    expect(await apart(testScene(5000, 0, 17, 0.05))).toBeLessThan(1e-4)
    const view = [0.8, 0, 0.6, -1, 0, 1, 0, 0.25, -0.6, 0, 0.8, 2, 0, 0, 0, 1]
    const own = { width: 71, height: 49, cx: 20.5, antialiased: true, view }
    expect(await apart(testScene(400, 3, 8, 0.2), own)).toBeLessThan(1e-4)
    expect(await apart(thinScene())).toBeLessThan(1e-4)
  })

  it('lays splats of equal depth in their order', async () => {
    const scene = testScene(1000, 0, 6, 0.2)
    for (let i = 0; i < 1000; i++) scene[0]?.numbers.fill(i % 2 === 0 ? 3 : 2, 3 * i + 2, 3 * i + 3)
    expect(await apart(scene)).toBeLessThan(1e-4)
  })

  it('is as exact far from the origin: places there are float32, the camera is not', async () => {
    const scene = testScene(200, 1, 6, 0.2)
    const place = [100_000.3, -20_000.7, 3000.1]
    scene[0]?.numbers.forEach((v, i, all) => {
      all[i] = v + (place[i % 3] ?? 0)
    })
    const [x = 0, y = 0, z = 0] = place
    const view = [1, 0, 0, -x, 0, 1, 0, -y, 0, 0, 1, -z, 0, 0, 0, 1]
    expect(await apart(scene, { view })).toBeLessThan(1e-4)
  })

  it('takes quaternions of any length, and sizes far beyond the picture', async () => {
    const scene = testScene(90, 0, 6, 0.2)
    for (let i = 0; i < 90; i++) {
      const length = [1e-25, 1, 1e25][i % 3] ?? 1
      scene[1]?.numbers.subarray(4 * i, 4 * i + 4).forEach((v, k, own) => {
        own[k] = v * length
      })
      // Beyond, the CPU's determinant cancels in float64.
      if (i % 9 === 8) scene[2]?.numbers.set([3e3, 0.01, 1e-30], 3 * i)
    }
    expect(await apart(scene)).toBeLessThan(1e-4)
  })

  it('counts more pairs than 32 bits do', () => {
    const { starts, pairs, differing } = sumOf(
      Uint32Array.from([256, 0xff00, 2 ** 20, 0b0110, 0b1101, 3, 7, 2 ** 20, 0b0010, 0b0001]),
    )
    expect([...starts]).toEqual([0, 256, 259])
    expect(pairs).toBe(2 ** 37 + 0xff00 + 7)
    expect(differing).toBe(0b0100)
  })

  it('draws on the CPU what does not fit, and leaves nothing behind', async () => {
    const device = await openTestGpu(260_000)
    const small = await createGpuTestDevice(device)
    const scene = testScene(1000, 0, 6, 0.3)
    expect(await renderScene(small, scene)).toEqual(await renderScene(here, scene))
    // It came as far as the number of pairs.
    expect(device.moves.down).toBeGreaterThan(0)
    small.clear()
    expect(device.buffers.used).toBe(0)
    await small.close()
  })

  it('ends when it is stopped', async () => {
    const stop = new AbortController()
    const { ops, finish } = makeOps(there.devices, stop.signal)
    const parts = await Promise.all(testScene(500, 0, 6, 0.1).map((part) => ops.fromNumbers(part)))
    const [means, quats, scales, opacities, sh] = parts as unknown as readonly [
      ...[TensorValue, TensorValue, TensorValue, TensorValue, TensorValue],
    ]
    const before = gpu.buffers.used
    const running = ops.rasterise(means, quats, scales, opacities, sh, testParams)
    setTimeout(() => stop.abort(new Error('stopped')), 1)
    await expect(running).rejects.toThrow('stopped')
    finish([])
    expect(gpu.buffers.used).toBeLessThanOrEqual(before)
  })

  it('fails where one of several calls does', async () => {
    const calls = ['rasterise.sort/sumBlocks', 'rasterise.sort/nothing'].map((kernel) => ({
      ...{ kernel, params: [1], groups: [1, 1] as const, buffers: [] },
    }))
    await expect(inContext((context) => context.dispatchAll(calls))).rejects.toThrow('nothing')
  })
})
