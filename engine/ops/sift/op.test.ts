import { afterEach, expect, it } from 'vitest'
import { createTestDevice, pictureShape } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = { most: 0, layers: 3, contrast: 0.04, edge: 10, sigma: 1.6 }

it('refuses several channels and parameters out of range', async () => {
  const gray = await device.noise(20, 20, 1)
  const wrong = [
    device.ops.siftFeatures(await device.noise(20, 20, 3), params),
    device.ops.siftFeatures(gray, { ...params, sigma: 9 }),
    device.ops.siftFeatures(gray, { ...params, layers: 0 }),
    device.ops.siftFeatures(gray, { ...params, contrast: Number.NaN }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('finds nothing in what is flat or small', async () => {
  for (const [height, width] of [
    [1, 1],
    [3, 50],
    [50, 3],
    [40, 40],
  ] as const) {
    const flat = await device.image(pictureShape(height, width, 1), new Float32Array(height * width).fill(0.5))
    const { points, descriptors } = await device.ops.siftFeatures(flat, params)
    expect([points.shape, descriptors.shape]).toEqual([
      [0, 5],
      [0, 128],
    ])
  }
})

it('has the stronger ones first, of whole numbers', async () => {
  const made = await device.ops.siftFeatures(await device.noise(48, 48, 1), params)
  const responses = Array.from(device.read(made.points)).filter((_, i) => i % 5 === 4)
  expect(responses.length).toBeGreaterThan(5)
  expect(responses).toEqual(responses.toSorted((a, b) => b - a))
  const numbers = Array.from(device.read(made.descriptors))
  expect(numbers.every((v) => Number.isInteger(v) && v >= 0 && v <= 255)).toBe(true)
})
