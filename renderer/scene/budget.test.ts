import { expect, it } from 'vitest'
import { Budget } from './budget.ts'

/** Frames of a machine that takes `ns` for each splat, and 2 ms besides. */
function moved(budget: Budget, count: number, ns: number, frames: number): number {
  let now = 0
  for (let i = 0; i < frames; i++) {
    const splats = budget.limit(count)
    now += 2 + (splats * ns) / 1e6
    budget.drawn(splats, true, now)
  }
  return budget.limit(count)
}

it('draws everything where that is quick', () => {
  expect(moved(new Budget(), 1_000_000, 10, 100)).toBe(1_000_000)
})

it('comes to about 40 ms a frame where it is not', () => {
  const splats = moved(new Budget(), 3_400_000, 100, 100)
  const ms = 2 + (splats * 100) / 1e6
  expect(ms).toBeGreaterThan(25)
  expect(ms).toBeLessThan(48)
})

it('keeps enough of a scene to recognise it, and all of a small one', () => {
  expect(moved(new Budget(), 1_000_000, 5e3, 100)).toBe(20_000)
  expect(moved(new Budget(), 500, 1e6, 100)).toBe(500)
})

it('does not take a pause for a slow frame', () => {
  const budget = new Budget()
  budget.drawn(200_000, true, 0)
  budget.drawn(200_000, true, 60_000)
  expect(budget.limit(200_000)).toBe(200_000)
})

it('begins with a part of a large scene, and again with another scene', () => {
  const budget = new Budget()
  expect(budget.limit(1_000_000)).toBe(250_000)
  expect(moved(budget, 1_000_000, 10, 100)).toBe(1_000_000)
  budget.forget()
  expect(budget.limit(1_000_000)).toBe(250_000)
})
