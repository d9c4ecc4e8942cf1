import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = { cell: 8, block: 2, bins: 9, signed: false, gamma: true }

it('has the 3,780 numbers of a person', async () => {
  expect((await device.ops.hogVector(await device.noise(128, 64, 1), params)).shape).toEqual([1, 3780])
})

it('refuses cells, blocks and bins out of range', async () => {
  const image = await device.noise(16, 16, 1)
  for (const more of [{ cell: 1 }, { cell: 2.5 }, { block: 0 }, { bins: 1 }])
    await expect(device.ops.hogVector(image, { ...params, ...more })).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('refuses windows, weights and steps that do not fit, and finds none in a picture smaller than a window', async () => {
  const image = await device.noise(16, 24, 1)
  const scan = { width: 16, height: 16, scale: 1.2, step: 1, threshold: 0 }
  const given = { hog: params, scan, weights: new Float32Array(36), bias: 1 }
  expect((await device.ops.hogWindows(image, given)).shape).toEqual([2, 5])
  expect((await device.ops.hogWindows(await device.noise(15, 24, 1), given)).shape).toEqual([0, 5])
  for (const wrong of [
    { ...given, weights: new Float32Array(35) },
    { ...given, bias: Number.NaN },
    { ...given, scan: { ...scan, width: 15 } },
    { ...given, scan: { ...scan, width: 8 } },
    { ...given, scan: { ...scan, scale: 1 } },
    { ...given, scan: { ...scan, step: 0 } },
  ])
    await expect(device.ops.hogWindows(image, wrong)).rejects.toMatchObject({ code: 'op.unsupported' })
})
