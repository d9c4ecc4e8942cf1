import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDevices, noise, pictureShape, type TestDevice } from '../../host/testing/cpu.ts'
import { cpuStore } from '../memory/store.ts'
import { SightlineError } from '../types/problem.ts'
import type { ImageValue } from '../values/index.ts'
import { makeOps, readable } from './context.ts'
import { ops as registry } from './index.ts'

let devices: { readonly single: TestDevice; readonly threads: TestDevice }
beforeAll(async () => {
  devices = await createTestDevices()
})
afterAll(async () => {
  await Promise.all(Object.values(devices).map((device) => device.close()))
})
afterEach(() => {
  for (const { clear, arena } of Object.values(devices)) {
    clear()
    arena.onPressure = () => false
  }
})

const live = new AbortController().signal
const size = 200
const square = (device: TestDevice, side = size): Promise<ImageValue> =>
  device.image(pictureShape(side, side, 3), noise(side * side * 3))
const blur = { x: [0.25, 0.5, 0.25], y: [0.25, 0.5, 0.25], border: 'reflect101' } as const

describe.each(['single', 'threads'] as const)('%s', (kind) => {
  /** Bytes that a run leaves in use; run twice, because the first may grow the device's own scratch memory. */
  async function left(run: (device: TestDevice, round: number) => Promise<void>): Promise<number> {
    const device = devices[kind]
    await run(device, 0)
    const before = device.arena.used
    await run(device, 1)
    return device.arena.used - before
  }

  it('gives the caller what it keeps and frees all else', async () => {
    const device = devices[kind]
    const image = await square(device)
    const bytes = await left(async (_, round) => {
      const { ops, finish } = makeOps(device.devices, live)
      const gray = await ops.convertColour(await ops.separable(image, blur), { to: 'gray' })
      await ops.sobel(gray, { border: 'reflect', outputs: ['x', 'y'] })
      finish([gray])
      expect(cpuStore(gray).references).toBe(1)
      if (round === 0) cpuStore(gray).release()
    })
    expect(bytes).toBe(size * size * 4)
    expect(cpuStore(image).references).toBe(1)
  })

  it('counts a value that is passed on, or shares its memory, once more', async () => {
    const device = devices[kind]
    const image = await square(device)
    const { ops, finish } = makeOps(device.devices, live)
    const same = await ops.convertColour(image, { to: 'rgb' })
    const tensor = await ops.toTensor(image, { axes: 'HWC' })
    expect(same).toBe(image)
    expect(tensor.store).toBe(image.store)
    finish([same, tensor])
    expect(cpuStore(image).references).toBe(2)
    cpuStore(image).release()
  })

  it('frees everything after an abort in the middle of an op, once its kernels rest', async () => {
    const image = await square(devices[kind], 500)
    const bytes = await left(async ({ devices }) => {
      const controller = new AbortController()
      const { ops, finish } = makeOps(devices, controller.signal)
      const slow = ops.median(image, { size: 15 })
      const reason = new SightlineError('run.cancelled')
      setTimeout(() => controller.abort(reason), 1)
      await expect(slow).rejects.toBe(reason)
      await expect(ops.median(image, { size: 3 })).rejects.toBe(reason)
      finish([])
    })
    expect(bytes).toBe(0)
    expect(cpuStore(image).pinned).toBe(false)
  })

  it('lets an op that outlives its node free what it has', async () => {
    const image = await square(devices[kind])
    const bytes = await left(async ({ devices }) => {
      const { ops, finish } = makeOps(devices, live)
      const late = ops.median(image, { size: 5 })
      finish([])
      await expect(late).rejects.toThrow(/still running/)
      await expect(ops.median(image, { size: 5 })).rejects.toThrow(/after its node had ended/)
    })
    expect(bytes).toBe(0)
  })

  it('neither spills nor frees what an op works with', async () => {
    const device = devices[kind]
    const image = await square(device)
    const expected = device.read(await device.ops.median(image, { size: 5 }))
    const { ops, finish } = makeOps(device.devices, live)
    const store = cpuStore(image)
    store.retain()
    const working = ops.median(image, { size: 5 })
    expect(store.spill()).toBe(false)
    store.release()
    expect(device.read(await working)).toEqual(expected)
    finish([])
  })

  it('brings a spilled input back', async () => {
    const device = devices[kind]
    const image = await square(device)
    const expected = device.read(await device.ops.separable(image, blur))
    expect(cpuStore(image).spill()).toBe(true)
    expect(readable(image).at(3, 5, 1)).toBe(noise(size * size * 3)[(3 * size + 5) * 3 + 1])
    expect(device.read(await device.ops.separable(image, blur))).toEqual(expected)
    expect(cpuStore(image).spilled).toBe(false)
  })

  it('refuses a value that is too large, and says so when memory is full, with nothing left behind', async () => {
    const device = devices[kind]
    const image = await square(device)
    const { arena } = device
    const budget = arena.budget
    const bytes = await left(async () => {
      const { ops, finish } = makeOps(device.devices, live)
      const huge = ops.resize(image, { width: 30000, height: 30000, method: 'nearest' })
      await expect(huge).rejects.toMatchObject({ code: 'value.too-large', params: { bytes: 10800, limit: 2147 } })
      arena.budget = arena.used + 1000
      const asked: number[] = []
      arena.onPressure = (wanted) => {
        asked.push(wanted)
        return false
      }
      await expect(ops.median(image, { size: 3 })).rejects.toMatchObject({ code: 'memory.full' })
      expect(asked).toEqual([size * size * 12])
      arena.budget = budget
      finish([])
    })
    expect(bytes).toBe(0)
  })

  it('says which calculation failed', async () => {
    const device = devices[kind]
    const image = await square(device)
    const { ops, finish } = makeOps(
      {
        cpu: {
          ...device.device,
          dispatch: (call, signal) => device.device.dispatch({ ...call, kernel: 'nothing' }, signal),
        },
        arena: device.arena,
      },
      live,
    )
    const failing = ops.median(image, { size: 3 })
    await expect(failing).rejects.toMatchObject({ code: 'kernel.failed', params: { kernel: 'nothing' } })
    finish([])
  })
})

it('has every op under its own name', () => {
  for (const [name, { name: own }] of Object.entries(registry)) expect(own).toBe(name)
})
