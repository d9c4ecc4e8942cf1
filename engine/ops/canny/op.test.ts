import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses derivatives that do not belong together', async () => {
  const x = await device.noise(4, 5, 3)
  const other = device.ops.nonMaximum(x, await device.noise(5, 5, 3), {})
  await expect(other).rejects.toMatchObject({ code: 'shape.mismatch' })
  await expect(device.ops.nonMaximum(x, await device.noise(4, 5, 1), {})).rejects.toMatchObject({
    code: 'op.unsupported',
  })
})

it('refuses several channels and thresholds that are no numbers', async () => {
  const wrong = [
    device.ops.hysteresis(await device.noise(3, 3, 3), { low: 0, high: 1 }),
    device.ops.hysteresis(await device.noise(3, 3, 1), { low: Number.NaN, high: 1 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('gives thinned magnitudes as data, and edges as a gray picture of 0 and 1', async () => {
  const made = await device.ops.nonMaximum(await device.noise(4, 5, 3), await device.noise(4, 5, 3), {})
  expect(made).toMatchObject({ channels: 1, space: 'data', alpha: false })
  const edges = await device.ops.hysteresis(made, { low: 0.1, high: 0.2 })
  expect(edges).toMatchObject({ channels: 1, space: 'gray', range: [0, 1] })
})
