import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { picture } from '../sample.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('adds up a picture of several strips without an error that grows', async () => {
  const [height, width] = [700, 900]
  const image = await device.image(picture(height, width, 1), new Float32Array(height * width).fill(0.5))
  const sums = device.read(await device.ops.integral(image, {}))
  const wrong = sums.findIndex((sum, i) => sum !== (Math.floor(i / (width + 1)) * (i % (width + 1))) / 2)
  expect(wrong).toBe(-1)
})
