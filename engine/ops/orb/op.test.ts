import { afterEach, expect, it } from 'vitest'
import { createTestDevice, noise } from '../../../host/testing/cpu.ts'
import { bytesOf } from './fast.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = { most: 500, factor: 1.2, levels: 8, threshold: 20 }

it('refuses several channels and parameters out of range', async () => {
  const gray = await device.noise(70, 70, 1)
  const colour = await device.noise(70, 70, 3)
  const wrong = [
    device.ops.fastCorners(colour, { threshold: 20, suppress: true }),
    device.ops.fastCorners(gray, { threshold: 0, suppress: true }),
    device.ops.orbFeatures(colour, params),
    device.ops.orbFeatures(gray, { ...params, factor: 1 }),
    device.ops.orbFeatures(gray, { ...params, levels: 0 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('finds none where there is no room for a ring', async () => {
  for (const [height, width] of [
    [1, 1],
    [6, 40],
    [40, 6],
  ] as const) {
    const image = await device.noise(height, width, 1)
    expect((await device.ops.fastCorners(image, { threshold: 1, suppress: false })).shape).toEqual([0, 5])
    expect((await device.ops.orbFeatures(image, params)).descriptors.shape).toEqual([0, 32])
  }
})

it('gives as many as it is asked for where there are more', async () => {
  const made = await device.ops.orbFeatures(await device.noise(120, 130, 1), { ...params, levels: 1, most: 25 })
  expect(made.points.shape).toEqual([25, 5])
  expect(made.descriptors).toMatchObject({ shape: [25, 32], dtype: 'uint8' })
})

it('rounds as OpenCV is given bytes', () => {
  const numbers = noise(100, 3)
  expect(Array.from(bytesOf(numbers))).toEqual(Array.from(numbers, (v) => Math.round(v * 255)))
})
