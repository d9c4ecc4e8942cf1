import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)
afterAll(device.close)
const layer = { kernel: [[1]], stride: 1, padding: 0 }

it('is the custom kernel with zeros beyond the edge, also where it is done in strips', async () => {
  const kernel = Array.from({ length: 17 }, (_, i) => Array.from({ length: 17 }, (_, j) => Math.sin(17 * i + j)))
  // Seventeen rows of these windows: more than is done at once.
  const image = await device.noise(1000, 1000, 1)
  const ours = device.read(await device.ops.convolve(image, { kernel, border: 'constant' }))
  const theirs = device.read(await device.ops.conv2d(image, { kernel, stride: 1, padding: 8 }))
  expect(theirs.length).toBe(ours.length)
  let apart = 0
  for (const [i, v] of ours.entries()) apart = Math.max(apart, Math.abs(v - (theirs[i] ?? Number.NaN)))
  expect(apart).toBeLessThan(1e-4)
})

it('keeps what a picture is where the weights sum to 1', async () => {
  const image = await device.noise(5, 6, 3)
  expect(await device.ops.conv2d(image, layer)).toMatchObject({ space: 'rgb', range: [0, 1], height: 5, width: 6 })
  const slope = await device.ops.conv2d(image, { ...layer, kernel: [[1, -1]] })
  expect(slope).toMatchObject({ space: 'data', height: 5, width: 5 })
  expect(slope.range).toBeUndefined()
})

it.each([
  [{ kernel: [] }, 'a matrix of 0 × 0'],
  [{ kernel: [[1, 2], [3]] }, 'a matrix of 2 × 2'],
  [{ kernel: [[Number.NaN]] }, 'weights with NaN'],
  [{ stride: 0 }, 'stride 0'],
  [{ padding: 1.5 }, 'padding 1.5'],
  [{ dilation: 65 }, 'dilation 65'],
  [{ kernel: [[1, 1, 1, 1]] }, 'a window of 4 × 1 on a picture of 3 × 3 pixels with 0 of padding'],
  [{ kernel: [[1, 1]], dilation: 3 }, 'a window of 4 × 1 on a picture of 3 × 3 pixels'],
])('refuses %j', async (wrong, words) => {
  const image = await device.noise(3, 3, 1)
  await expect(device.ops.conv2d(image, { ...layer, ...wrong })).rejects.toThrow(words)
})
