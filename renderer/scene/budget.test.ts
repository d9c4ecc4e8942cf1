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
  budget.drawn(50_000, true, 0)
  budget.drawn(50_000, true, 60_000)
  expect(budget.limit(50_000)).toBe(50_000)
})

it('begins with a part of a large scene, and again with another scene', () => {
  const budget = new Budget()
  expect(budget.limit(1_000_000)).toBe(60_000)
  expect(moved(budget, 1_000_000, 10, 100)).toBe(1_000_000)
  budget.forget()
  expect(budget.limit(1_000_000)).toBe(60_000)
})

it('keeps what is sorted while that is about right', () => {
  const budget = new Budget()
  expect(budget.limit(1_000_000, 70_000)).toBe(70_000)
  expect(budget.limit(1_000_000, 300_000)).toBe(60_000)
  expect(budget.limit(50_000, 40_001)).toBe(50_000)
})

/** The steps at rest of a machine that takes so many µs to draw a splat, and to make one ready. */
function steps(budget: Budget, count: number, draw: number, ready: number): number[] {
  const all: number[] = []
  for (let last = 0, next = budget.next(count, 0); next > last; next = budget.next(count, last)) {
    all.push(next)
    budget.readied(next, (next * ready) / 1000)
    budget.rested(next, (next * draw) / 1000)
    last = next
    if (all.length > 20) break
  }
  return all
}

it('shows all of a small scene at once, and of a large one more and more', () => {
  expect(steps(new Budget(), 80_000, 6, 0.5)).toEqual([80_000])
  expect(steps(new Budget(), 1_000_000, 6, 0.5)).toEqual([60_000, 240_000, 1_000_000])
  const known = new Budget()
  steps(known, 1_000_000, 0.01, 0.01)
  expect(steps(known, 1_000_000, 0.01, 0.01)).toEqual([1_000_000])
})

it('ends at rest before a step that would keep the window from answering for more than a second', () => {
  const all = steps(new Budget(), 8_000_000, 6, 0.5)
  expect(all.at(-1)).toBe(2_000_000)
  expect(steps(new Budget(), 2_400_000, 6, 0.5).at(-1)).toBe(2_400_000)
})

it('is not kept from drawing more by a step that was slow for another reason', () => {
  const budget = new Budget()
  expect(steps(budget, 1_000_000, 6, 0.5).at(-1)).toBe(1_000_000)
  budget.readied(200_000, 5000)
  expect(steps(budget, 1_000_000, 6, 0.5).at(-1)).toBe(1_000_000)
})

it('begins to move with what it knows from rest', () => {
  const budget = new Budget()
  steps(budget, 3_400_000, 0.5, 0.1)
  expect(budget.limit(3_400_000)).toBe(80_000)
})
