import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { gaussianTaps } from './gaussian.ts'

const device = await createTestDevice()
afterEach(device.clear)
const border = 'reflect101'

it('keeps colour space, range and opacity where the taps sum to 1, and gives data where they do not', async () => {
  const image = await device.noise(5, 6, 4)
  const taps = gaussianTaps(1)
  expect(await device.ops.separable(image, { x: taps, y: taps, border })).toMatchObject({
    ...{ height: 5, width: 6, channels: 4, space: 'rgb', alpha: true, range: [0, 1] },
  })
  const slope = await device.ops.separable(image, { x: [-1, 0, 1], y: [1], border })
  expect(slope).toMatchObject({ space: 'data', alpha: false })
  expect(slope.range).toBeUndefined()
})

it('gives the picture itself for sigma 0, without work', async () => {
  const image = await device.noise(5, 6, 3)
  const taps = gaussianTaps(0)
  expect(await device.ops.separable(image, { x: taps, y: taps, border })).toBe(image)
})

it('takes 513 taps, whatever the size of the picture', async () => {
  const image = await device.image(
    { kind: 'image', height: 2, width: 3, channels: 1, space: 'gray', alpha: false },
    [1, 1, 1, 1, 1, 1],
  )
  const taps = gaussianTaps(64)
  expect(taps).toHaveLength(513)
  const out = device.read(await device.ops.separable(image, { x: taps, y: taps, border: 'wrap' }))
  for (const v of out) expect(v).toBeCloseTo(1, 5)
})

it.each([
  [[1, 1], '2 taps'],
  [[], '0 taps'],
  [new Array(515).fill(0), '515 taps'],
  [[0, Number.NaN, 0], 'NaN'],
])('refuses taps %#', async (x, given) => {
  const image = await device.noise(3, 3, 1)
  const wrong = device.ops.separable(image, { x, y: [1], border })
  await expect(wrong).rejects.toMatchObject({
    code: 'op.unsupported',
    params: { given: expect.stringContaining(given) },
  })
})

it.each([-1, 65, Number.NaN])('refuses sigma %s', (sigma) => {
  expect(() => gaussianTaps(sigma)).toThrow(/does not take/)
})
