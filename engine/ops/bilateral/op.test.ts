import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses other channels, sigmas of 0 and discs that are too large', async () => {
  const given = { diameter: 5, sigmaColour: 0.1, sigmaSpace: 2, border: 'replicate' } as const
  const [gray, four] = [await device.noise(3, 3, 1), await device.noise(3, 3, 4)]
  const wrong = [
    device.ops.bilateral(four, given),
    device.ops.bilateral(gray, { ...given, sigmaColour: 0 }),
    device.ops.bilateral(gray, { ...given, sigmaSpace: Number.NaN }),
    device.ops.bilateral(gray, { ...given, diameter: 65 }),
    device.ops.bilateral(gray, { ...given, diameter: 0, sigmaSpace: 75 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})
