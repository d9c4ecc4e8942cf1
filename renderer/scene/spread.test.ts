import { expect, it } from 'vitest'
import { spreadOf } from './spread.ts'

it.each([1, 2, 3, 10, 1000, 65_536, 152_746])('gives each of %i splats a place of its own', (count) => {
  const place = spreadOf(count)
  expect(new Set(Array.from({ length: count }, (_, i) => place(i))).size).toBe(count)
})

it('spreads any first part over all of them', () => {
  const count = 10_000
  const place = spreadOf(count)
  for (const part of [100, 1000, 4000]) {
    const chosen = Array.from({ length: count }, (_, i) => i).filter((i) => place(i) < part)
    const gaps = chosen.slice(1).map((i, at) => i - (chosen[at] ?? 0))
    // Three gaps at most (the three-distance theorem), the largest less than 2.7 of the mean.
    expect(Math.max(...gaps)).toBeLessThan((2.7 * count) / part)
  }
})
