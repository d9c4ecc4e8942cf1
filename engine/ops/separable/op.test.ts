import { afterEach, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevice, noise } from '../../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../../host/testing/gpu.ts'
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

it.skipIf(noGpu)('what is no number spreads on a GPU as far as on the CPU', { timeout: gpuTimeout }, async () => {
  const there = await createGpuTestDevice(await openTestGpu(1 << 28))
  const shape = { kind: 'image', height: 40, width: 9, channels: 1, space: 'data', alpha: false } as const
  const numbers = noise(360)
  numbers[20 * 9 + 4] = Number.NaN
  numbers[9 + 1] = Number.POSITIVE_INFINITY
  const taps = { x: gaussianTaps(0.5), y: gaussianTaps(0.5), border: 'reflect101' } as const
  const wanted = device.read(await device.ops.separable(await device.image(shape, numbers), taps))
  const given = await there.fetch(await there.ops.separable(await there.image(shape, numbers), taps))
  for (const [i, v] of wanted.entries())
    if (Number.isFinite(v)) expect(given[i], `at ${i}`).toBeCloseTo(v, 5)
    else expect(given[i], `at ${i}`).toBe(v)
  expect(wanted.filter((v) => Number.isNaN(v)).length).toBe(25)
  await there.close()
})
