import { describe, expect, it } from 'vitest'
import { legal, type Range, scaleOf } from './scale.ts'

const ranges: Readonly<Record<string, Range>> = {
  straight: { min: -1, max: 1, usual: 0 },
  decades: { min: 0.001, max: 1000, usual: 1 },
  bent: { min: 0, max: 64, usual: 1.5 },
  integer: { min: 0, max: 255, integer: true, usual: 128 },
  odd: { min: 1, max: 31, integer: true, odd: true, usual: 5 },
  open: { usual: 2 },
}

describe.each(Object.entries(ranges))('a %s scale', (_, range) => {
  const scale = scaleOf(range)
  const [low, high] = scale.ends
  it('runs from end to end', () => {
    expect(scale.at(low)).toBe(0)
    expect(scale.at(high)).toBe(1)
    expect(scale.value(0)).toBeCloseTo(low, 9)
    expect(scale.value(1)).toBeCloseTo(high, 9)
  })
  it('rises, and comes back to where it was', () => {
    const values = Array.from({ length: 51 }, (_, i) => scale.value(i / 50, true))
    for (const [i, value] of values.entries()) {
      if (i > 0) expect(value).toBeGreaterThanOrEqual(values[i - 1] as number)
      expect(Math.abs(scale.at(value) - i / 50)).toBeLessThan(range.odd ? 0.04 : 0.01)
      expect(legal(value, range)).toBe(value)
    }
  })
})

it('leaves half of a bent slider to the values around the usual one', () => {
  expect(scaleOf({ min: 0, max: 64, usual: 1.5 }).value(0.5)).toBeLessThan(10)
})

it('gives numbers that one can read', () => {
  const scale = scaleOf({ min: 0, max: 1, usual: 0.5 })
  for (let i = 0; i <= 100; i++) expect(String(scale.value(i / 100)).length).toBeLessThanOrEqual(4)
})

describe('nudge', () => {
  it('goes by steps, to the limits and no further', () => {
    const scale = scaleOf({ min: 0, max: 1, step: 0.1, usual: 0.5 })
    expect(scale.nudge(0.2, 1)).toBe(0.3)
    expect(scale.nudge(0.2, 1, true)).toBe(0.21)
    expect(scale.nudge(0.95, 1)).toBe(1)
  })
  it('keeps odd numbers odd', () => {
    const scale = scaleOf({ min: 1, max: 9, integer: true, odd: true, usual: 3 })
    expect(scale.nudge(3, 1)).toBe(5)
    expect(scale.nudge(9, 1)).toBe(9)
    expect(scale.nudge(3, -1, true)).toBe(1)
  })
  it('leaves the soft range, not the hard one', () => {
    const scale = scaleOf({ min: 0, max: 100, soft: [0, 10], step: 1, usual: 5 })
    expect(scale.nudge(10, 5)).toBe(15)
    expect(scale.nudge(99, 5)).toBe(100)
  })
})

it('takes the nearest legal value', () => {
  expect(legal(4, { integer: true, odd: true, min: 1, max: 31 })).toBe(5)
  expect(legal(0, { integer: true, odd: true, min: 2, max: 30 })).toBe(3)
  expect(legal(99, { integer: true, odd: true, min: 2, max: 30 })).toBe(29)
  expect(legal(2.6, { integer: true })).toBe(3)
})
