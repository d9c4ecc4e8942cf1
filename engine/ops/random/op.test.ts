import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

const usual = { width: 64, height: 48, channels: 3, seed: 7 }

it('is spread evenly, and neighbours, channels and seeds know nothing of each other', async () => {
  const image = await device.ops.random(usual)
  const numbers = device.read(image)
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length
  const spread = numbers.reduce((sum, v) => sum + (v - mean) ** 2, 0) / numbers.length
  // Of n numbers the mean is off by 1 / √(12 n), the variance by 1 / √(180 n): four times that is enough.
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * numbers.length))
  expect(Math.abs(spread - 1 / 12)).toBeLessThan(4 / Math.sqrt(180 * numbers.length))
  const other = device.read(await device.ops.random({ ...usual, seed: 8 }))
  const correlation = (a: (i: number) => number, b: (i: number) => number, n: number): number => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += (a(i) - 0.5) * (b(i) - 0.5) * 12
    return sum / n
  }
  const at = (i: number): number => numbers[i] ?? 0
  for (const [step, of] of [
    [1, at],
    [3, at],
    [3 * 64, at],
    [0, (i: number) => other[i] ?? 0],
  ] as const)
    expect(Math.abs(correlation(at, (i) => of(i + step), numbers.length - step))).toBeLessThan(0.05)
})

it.each([
  [{ width: 0 }, 'width 0'],
  [{ channels: 5 }, 'channels 5'],
  [{ seed: -1 }, 'seed -1'],
  [{ seed: 0.5 }, 'seed 0.5'],
])('refuses %j', async (wrong, words) => {
  await expect(device.ops.random({ ...usual, ...wrong })).rejects.toThrow(words)
})
