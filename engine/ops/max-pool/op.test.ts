import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)
afterAll(device.close)

it('keeps colour space, range and opacity', async () => {
  const image = await device.noise(5, 7, 4)
  expect(await device.ops.maxPool(image, { size: 2, stride: 2, padding: 0 })).toMatchObject({
    ...{ height: 2, width: 3, channels: 4, space: 'rgb', alpha: true, range: [0, 1] },
  })
})

it.each([
  [{ size: 65 }, 'size 65'],
  [{ padding: 2 }, 'padding 2 with a window of 2'],
  [{ size: 4 }, 'a window of 4 × 4 on a picture of 3 × 3 pixels'],
])('refuses %j', async (wrong, words) => {
  const image = await device.noise(3, 3, 1)
  await expect(device.ops.maxPool(image, { size: 2, stride: 2, padding: 0, ...wrong })).rejects.toThrow(words)
})
