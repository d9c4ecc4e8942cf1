/** Pictures of 8 bits are kept as bytes. Whatever is computed of them must be, bit for bit, what float32 gives. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevices, pictureShape, type TestDevice } from '../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../host/testing/gpu.ts'
import { EightBitStore } from '../memory/store.ts'
import type { Picture } from '../types/services.ts'
import type { ImageValue, TensorValue } from '../values/index.ts'
import { makeOps, readable } from './context.ts'
import { ops as registry } from './index.ts'
import { resizeMethods } from './resize/axis.ts'

let devices: { readonly single: TestDevice; readonly threads: TestDevice }
beforeAll(async () => {
  devices = await createTestDevices()
})
afterAll(async () => {
  await Promise.all(Object.values(devices).map((device) => device.close()))
})
afterEach(() => {
  for (const { clear } of Object.values(devices)) clear()
})

const live = new AbortController().signal
const bytesOf = (count: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: count }, (_, i) => (i * 40503) >> 3)
const picture = (width: number, height: number, channels: 1 | 3 | 4): Picture => {
  return { width, height, channels, depth: 8, data: bytesOf(width * height * channels) }
}
/** IEEE 754 division, as of numpy.float32. */
const fractions = (data: ArrayLike<number>): Float32Array => Float32Array.from(data, (v) => v / 255)

function storeOf({ store }: ImageValue): EightBitStore {
  if (!(store instanceof EightBitStore)) throw new Error('it is not kept in 8 bits')
  return store
}

/** The same picture in 8 bits and as float32. */
async function both(device: TestDevice, given: Picture): Promise<readonly [ImageValue, ImageValue]> {
  const { width, height, channels, data } = given
  return [
    await device.ops.fromPicture(given),
    await device.image(pictureShape(height, width, channels), fractions(data)),
  ]
}

it('takes a byte a number, in the arena and outside of it', async () => {
  const { arena, ops } = devices.single
  const before = arena.used
  const image = await ops.fromPicture(picture(640, 480, 3))
  const store = storeOf(image)
  expect(arena.used - before).toBe(640 * 480 * 3)
  expect(store.spill()).toBe(true)
  expect(arena.counters.spilled).toBe(640 * 480 * 3)
  expect(readable(image).at(7, 11, 2)).toBe(fractions(bytesOf(640 * 480 * 3))[(7 * 640 + 11) * 3 + 2])
  await ops.convertColour(image, { to: 'gray' })
  expect(store.spilled).toBe(false)
})

it('stands for v / 255, all of them', async () => {
  const data = Uint8Array.from({ length: 256 }, (_, v) => v)
  const image = await devices.single.ops.fromPicture({ width: 16, height: 16, channels: 1, depth: 8, data })
  expect(devices.single.read(image)).toEqual(fractions(data))
  expect(Array.from(data, (v) => readable(image).at(v >> 4, v & 15, 0))).toEqual([...fractions(data)])
  expect(await devices.single.ops.read(image, {})).toEqual(fractions(data))
})

describe.each(['single', 'threads'] as const)('%s', (kind) => {
  const sizes = [
    [1, 1],
    [5, 3],
    [33, 70],
    [150, 83],
  ] as const
  const pictures = ([1, 3, 4] as const).flatMap((c) => sizes.map(([w, h]) => picture(w, h, c)))

  it.each(pictures)('$width × $height × $channels resized is the same', async (given) => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, given)
    for (const method of resizeMethods)
      for (const by of [0.13, 0.5, 1, 1.7]) {
        const [width, height] = [Math.ceil(given.width * by), Math.ceil(given.height * by)]
        const params = { width, height, method }
        const [a, b] = [await device.ops.resize(bytes, params), await device.ops.resize(floats, params)]
        expect(device.read(a), `${method} by ${by}`).toEqual(device.read(b))
      }
  })

  it.each(pictures)('$width × $height × $channels cut is the same', async (given) => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, given)
    const [width, height] = [Math.ceil(given.width / 2), Math.ceil(given.height / 3)]
    for (const [x, y] of [
      [0, 0],
      [given.width - width, given.height - height],
    ] as const) {
      const params = { x, y, width, height }
      const [a, b] = [await device.ops.crop(bytes, params), await device.ops.crop(floats, params)]
      expect(storeOf(a).bytes).toBe(width * height * given.channels)
      expect(device.read(a)).toEqual(device.read(b))
    }
  })

  it.each(pictures)('$width × $height × $channels has the same median', async (given) => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, given)
    for (const size of [1, 3, 5, 7]) {
      const [a, b] = [await device.ops.median(bytes, { size }), await device.ops.median(floats, { size })]
      if (size < 7) expect(storeOf(a).bytes).toBe(given.width * given.height * given.channels)
      expect(device.read(a), `${size}`).toEqual(device.read(b))
    }
  })

  it('links edges to a picture of bytes', async () => {
    const { ops, image, read } = devices[kind]
    const made = await ops.hysteresis(await image(pictureShape(1, 5, 1), [0.4, 0.9, 0, 0.4, 0]), {
      low: 0.3,
      high: 0.8,
    })
    expect(storeOf(made).bytes).toBe(5)
    expect([...read(made)]).toEqual([1, 1, 0, 0, 0])
  })

  it.each(pictures)('a part of $width × $height × $channels resized is the same', async (given) => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, given)
    for (const method of resizeMethods)
      for (const by of [0.6, 1.7]) {
        const [width, height] = [Math.ceil(given.width * by), Math.ceil(given.height * by)]
        const part = { left: width >> 1, top: height >> 1, right: width - 1, bottom: height - 1 }
        const [need] = registry.resize.needs?.(part, [bytes], { width, height, method }) ?? []
        if (!need) throw new Error('it needs nothing')
        const { left, top, right, bottom } = need
        const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
        const cut = { of: { width: given.width, height: given.height, left, top }, part }
        const made = async (image: ImageValue): Promise<ImageValue> =>
          device.ops.resize(await device.ops.crop(image, box), { width, height, method, cut })
        expect(device.read(await made(bytes)), `${method} by ${by}`).toEqual(device.read(await made(floats)))
      }
  })

  it.each(pictures)('$width × $height × $channels previewed is the same', async (given) => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, given)
    const { width, height } = given
    const regions = [
      undefined,
      { x: 0.3 * width, y: 0.2 * height, width: 0.5 * width, height: 0.7 * height },
      { x: Math.floor(width / 3), y: 0, width: 2, height: 2 },
    ]
    for (const side of [1, 9, 40, 500])
      for (const region of regions)
        for (const display of [
          { mode: 'auto' } as const,
          { mode: 'stretch' } as const,
          { mode: 'viridis' } as const,
          { mode: 'auto', channel: 1 } as const,
        ]) {
          const params = { width: side, height: side, display, ...(region && { region }) }
          const [a, b] = [await device.ops.preview(bytes, params), await device.ops.preview(floats, params)]
          expect(a, JSON.stringify(params)).toEqual(b)
        }
  })

  it('previews planes and matrices over the same store', async () => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, picture(24, 20, 3))
    for (const axes of [
      ['C', 'H', 'W'],
      ['H', 'W', 'C'],
      ['N', 'D'],
    ] as const) {
      const shape = axes.length === 2 ? [30, 48] : [3, 20, 24]
      const as = ({ store }: ImageValue): TensorValue => ({ kind: 'tensor', shape, axes, store })
      const params = { width: 9, height: 9, display: { mode: 'auto' } } as const
      expect(await device.ops.preview(as(bytes), params)).toEqual(await device.ops.preview(as(floats), params))
    }
  })

  it('gives float32 to the other ops, and drops it when the node ends', async () => {
    const device = devices[kind]
    const [bytes, floats] = await both(device, picture(411, 200, 3))
    const store = storeOf(bytes)
    const before = device.arena.used
    const { ops, finish } = makeOps(device.devices, live)
    const [a, b] = await Promise.all([
      ops.convertColour(bytes, { to: 'lab' }),
      ops.separable(bytes, { x: [0.25, 0.5, 0.25], y: [0.25, 0.5, 0.25], border: 'reflect101' }),
    ])
    expect(store.floats?.bytes).toBe(4 * store.bytes)
    expect(device.read(a)).toEqual(device.read(await device.ops.convertColour(floats, { to: 'lab' })))
    finish([])
    expect(store.floats).toBe(undefined)
    device.clear()
    expect(b.store.bytes).toBe(4 * store.bytes)
    expect(device.arena.used).toBeLessThanOrEqual(before)
    await expect(devices[kind].ops.statistics(bytes, {})).rejects.toThrow(/last release/)
  })

  it('can be made float32 once there is room', async () => {
    const { arena, ops, read } = devices[kind]
    const image = await ops.fromPicture(picture(600, 400, 3))
    const { budget } = arena
    arena.budget = arena.used + 1000
    await expect(ops.convertColour(image, { to: 'gray' })).rejects.toMatchObject({ code: 'memory.full' })
    expect(storeOf(image).pinned).toBe(false)
    arena.budget = budget
    const gray = await ops.convertColour(image, { to: 'gray' })
    expect(read(gray).length).toBe(600 * 400)
  })

  it('frees its floats with itself', async () => {
    const device = devices[kind]
    const before = device.arena.used
    const image = await device.ops.fromPicture(picture(300, 200, 3))
    await device.ops.convertColour(image, { to: 'gray' })
    device.clear()
    expect(device.arena.used).toBe(before)
  })
})

it('is kept in 8 bits by the ops that say so', () => {
  const known = Object.values(registry).filter((op) => 'eightBit' in op && op.eightBit)
  // Each of them is compared above.
  expect(known.map(({ name }) => name).sort()).toEqual(['crop', 'median', 'preview', 'resize'])
})

it.skipIf(noGpu)('goes to a GPU as float32', { timeout: gpuTimeout }, async () => {
  const gpu = await createGpuTestDevice(await openTestGpu())
  try {
    const { cpu, arena } = gpu.devices
    const work = makeOps({ cpu, arena }, live)
    const image = await work.ops.fromPicture(picture(411, 200, 3))
    const store = storeOf(image)
    const there = await gpu.ops.crop(image, { x: 3, y: 5, width: 400, height: 190 })
    const here = await work.ops.crop(image, { x: 3, y: 5, width: 400, height: 190 })
    expect(here.store).toBeInstanceOf(EightBitStore)
    expect(there.store).not.toBeInstanceOf(EightBitStore)
    expect(store.twin?.place).toBe('gpu')
    expect(await gpu.fetch(there)).toEqual(gpu.read(here))
    work.finish([])
  } finally {
    await gpu.close()
  }
})
