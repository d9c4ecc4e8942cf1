import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('gives the picture itself for its own size', async () => {
  const image = await device.noise(4, 5, 3)
  for (const method of ['nearest', 'bilinear', 'bicubic', 'area'] as const)
    expect(await device.ops.resize(image, { width: 5, height: 4, method })).toBe(image)
})

it('keeps what the picture is', async () => {
  const image = await device.noise(4, 5, 4)
  const out = await device.ops.resize(image, { width: 2, height: 9, method: 'area' })
  expect(out).toMatchObject({ width: 2, height: 9, channels: 4, space: 'rgb', alpha: true, range: [0, 1] })
})

it.each([
  [0, 5],
  [5, 65536],
  [2.5, 5],
])('refuses %s × %s', async (width, height) => {
  const wrong = device.ops.resize(await device.noise(4, 4, 1), { width, height, method: 'bilinear' })
  await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported' })
})
