import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
const usual = { matrix: identity, width: 5, height: 4, method: 'bilinear', border: 'constant' } as const

it('copies bit by bit where pixels fall on pixels', async () => {
  const image = await device.noise(4, 5, 3)
  const numbers = [...device.read(image)]
  expect([...device.read(await device.ops.warp(image, usual))]).toEqual(numbers)
  const flipped = await device.ops.warp(image, { ...usual, matrix: [-1, 0, 4, 0, -1, 3, 0, 0, 1] })
  const pixels = Array.from({ length: 20 }, (_, i) => numbers.slice(3 * i, 3 * i + 3))
  expect([...device.read(flipped)]).toEqual(pixels.reverse().flat())
})

it('keeps what the picture is, and its range unless the border leaves it', async () => {
  const image = await device.noise(4, 5, 4)
  const out = await device.ops.warp(image, { ...usual, width: 2, height: 9 })
  expect(out).toMatchObject({ width: 2, height: 9, channels: 4, space: 'rgb', alpha: true, range: [0, 1] })
  expect(await device.ops.warp(image, { ...usual, value: 2 })).not.toHaveProperty('range')
  expect(await device.ops.warp(image, { ...usual, value: 2, border: 'wrap' })).toMatchObject({ range: [0, 1] })
})

it.each([
  [{ width: 0 }, 'width 0'],
  [{ height: 2.5 }, 'height 2.5'],
  [{ matrix: [1, 0, 0, 0, 1, 0, 0, 0, Number.NaN] }, 'a matrix with NaN'],
  [{ matrix: [1, 0, 0, 0, 1, 0] }, 'a matrix of 6 numbers'],
  [{ value: Infinity }, 'a constant with Infinity'],
])('refuses %j', async (wrong, words) => {
  const params = { ...usual, ...wrong } as never
  await expect(device.ops.warp(await device.noise(4, 4, 1), params)).rejects.toThrow(words)
})
