import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses more than two channels', async () => {
  const run = device.ops.fourier(await device.noise(3, 3, 3), { inverse: false })
  await expect(run).rejects.toMatchObject({ code: 'op.unsupported' })
})

it.each([
  [64, 48],
  [61, 149],
])('comes back to where it was, %i × %i', async (height, width) => {
  const image = await device.noise(height, width, 1)
  const back = await device.ops.fourier(await device.ops.fourier(image, { inverse: false }), { inverse: true })
  const [before, after] = [device.read(image), device.read(back)]
  for (const [i, v] of before.entries()) {
    expect(Math.abs((after[2 * i] ?? Number.NaN) - v)).toBeLessThan(2e-6)
    expect(Math.abs(after[2 * i + 1] ?? Number.NaN)).toBeLessThan(2e-6)
  }
})
