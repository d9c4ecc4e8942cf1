import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)
const spaces = ['rgb', 'bgr', 'gray', 'hsv', 'lab', 'linear', 'ycrcb'] as const

it.each(spaces.filter((space) => space !== 'gray'))('to %s and back is the same picture', async (to) => {
  const image = await device.noise(9, 11, 3)
  const back = await device.ops.convertColour(await device.ops.convertColour(image, { to }), { to: 'rgb' })
  const [a, b] = [device.read(image), device.read(back)]
  const worst = a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? Number.NaN))), 0)
  // YCrCb's published factors are inverses to three digits only.
  expect(worst).toBeLessThan(to === 'ycrcb' ? 2e-3 : 1e-4)
  expect(back).toMatchObject({ space: 'rgb', range: [0, 1] })
})

it.each(spaces)('keeps opacity in %s only where it is made of red, green and blue', async (to) => {
  const image = await device.noise(3, 5, 4)
  const out = await device.ops.convertColour(image, { to })
  const kept = to === 'rgb' || to === 'bgr' || to === 'linear'
  expect(out).toMatchObject({ space: to, alpha: kept, channels: to === 'gray' ? 1 : kept ? 4 : 3 })
  if (kept) expect(device.read(out)[7]).toBe(device.read(image)[7])
})

it('keeps numbers beyond 0..1 in linear light, mirrored below 0', async () => {
  const image = await device.image(
    { kind: 'image', height: 1, width: 1, channels: 3, space: 'rgb', alpha: false },
    [-0.5, 1.5, 0],
  )
  const [r, g, b] = device.read(await device.ops.convertColour(image, { to: 'linear' }))
  expect(r).toBeCloseTo(-(((0.5 + 0.055) / 1.055) ** 2.4), 6)
  expect(g).toBeCloseTo(((1.5 + 0.055) / 1.055) ** 2.4, 5)
  expect(b).toBe(0)
})

it('refuses data and channels that are no colour', async () => {
  const data = await device.noise(3, 3, 3, { space: 'data' })
  await expect(device.ops.convertColour(data, { to: 'gray' })).rejects.toMatchObject({ code: 'op.unsupported' })
  const two = await device.noise(3, 3, 2, { space: 'rgb' })
  await expect(device.ops.convertColour(two, { to: 'gray' })).rejects.toMatchObject({
    code: 'op.unsupported',
    params: { given: '2 channels of rgb' },
  })
})
