import { afterEach, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevice, noise } from '../../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../../host/testing/gpu.ts'

const device = await createTestDevice()
afterEach(device.clear)
const row = (numbers: readonly number[], more = {}) =>
  device.image(
    { kind: 'image', height: 1, width: numbers.length, channels: 1, space: 'data', alpha: false, ...more },
    numbers,
  )

it('counts what is no number and leaves it out', async () => {
  const [channel] = await device.ops.statistics(await row([1, Number.NaN, 3, Infinity, -Infinity, Number.NaN]), {
    bins: 2,
  })
  expect(channel).toEqual({ min: 1, max: 3, mean: 2, std: 1, nan: 2, infinite: 2, histogram: [1, 1], range: [1, 3] })
})

it('has nothing to say of no numbers', async () => {
  const [channel] = await device.ops.statistics(await row([Number.NaN, Number.NaN]), { bins: 2 })
  expect(channel).toMatchObject({
    min: null,
    max: null,
    mean: null,
    std: null,
    nan: 2,
    histogram: [0, 0],
    range: [0, 1],
  })
})

it('spans the nominal range, and more where there is more', async () => {
  const range = async (numbers: readonly number[], more = {}) =>
    (await device.ops.statistics(await row(numbers, more), { bins: 4 }))[0]?.range
  expect(await range([0.25, 0.5], { range: [0, 1] })).toEqual([0, 1])
  expect(await range([0.25, 2], { range: [0, 1] })).toEqual([0, 2])
  expect(await range([-3, 5])).toEqual([-3, 5])
  expect(await range([7, 7])).toEqual([6.5, 7.5])
})

it('has a range of its own for hue, and one for all that mean the same', async () => {
  const hsv = await device.ops.convertColour(await device.noise(9, 9, 3), { to: 'hsv' })
  const channels = await device.ops.statistics(hsv, { bins: 8 })
  expect(channels.map(({ range }) => range)).toEqual([
    [0, 360],
    [0, 1],
    [0, 1],
  ])
  for (const { histogram } of channels) expect(histogram.reduce((a, b) => a + b, 0)).toBe(81)
  const data = await device.noise(9, 9, 3, { space: 'data', range: [0.4, 0.5] })
  const ranges = (await device.ops.statistics(data, { bins: 8 })).map(({ range }) => range.join())
  expect(new Set(ranges).size).toBe(1)
})

it.each([{ bins: 1 }, { bins: 2.5 }, { bins: 5000 }, { bins: 4, range: [1, 1] as const }])(
  'refuses %j',
  async (params) => {
    await expect(device.ops.statistics(await row([1]), params)).rejects.toMatchObject({ code: 'op.unsupported' })
  },
)

it.skipIf(noGpu).each([[], ['subgroups']])(
  'is the same on a GPU, with subgroups and without (%j left out)',
  { timeout: gpuTimeout },
  async (...without) => {
    const gpu = await openTestGpu(1 << 28, without)
    expect(gpu.device.features.has('subgroups')).toBe(without.length === 0)
    const there = await createGpuTestDevice(gpu)
    const shape = { kind: 'image', height: 70, width: 90, channels: 2, space: 'data', alpha: false } as const
    // Far from 0, where sums of squares would cancel, and with numbers that are none.
    const numbers = noise(70 * 90 * 2).map((v, i) => (i % 501 === 0 ? Number.NaN : i % 700 === 1 ? Infinity : 1000 + v))
    const [here, other] = [await device.image(shape, numbers), await there.image(shape, numbers)]
    const wanted = await device.ops.statistics(here, {})
    for (const [c, given] of (await there.ops.statistics(other, {})).entries()) {
      const { min, max, nan, infinite, mean, std } = wanted[c] ?? {}
      expect(given).toMatchObject({ min, max, nan, infinite })
      expect(given.mean).toBeCloseTo(mean ?? 0, 3)
      expect(given.std).toBeCloseTo(std ?? 0, 5)
    }
    await there.close()
  },
)
