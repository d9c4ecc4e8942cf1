import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('gives the picture itself for size 1', async () => {
  const image = await device.noise(4, 4, 3)
  expect(await device.ops.median(image, { size: 1 })).toBe(image)
})

it('removes specks and keeps the picture what it is', async () => {
  const numbers = new Float32Array(81).fill(0.5)
  numbers[40] = 1
  const image = await device.image(
    { kind: 'image', height: 9, width: 9, channels: 1, space: 'gray', alpha: false },
    numbers,
  )
  const out = await device.ops.median(image, { size: 31 })
  expect(out).toMatchObject({ space: 'gray', channels: 1 })
  expect(new Set(device.read(out))).toEqual(new Set([0.5]))
})

it.each([0, 2, 33, -3, 3.5, Number.NaN])('refuses size %s', async (size) => {
  const wrong = device.ops.median(await device.noise(4, 4, 1), { size })
  await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported', params: { given: `size ${size}` } })
})
