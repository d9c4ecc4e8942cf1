/** The arithmetic of estimates. Times are given here, so nothing is measured. */
import { expect, it } from 'vitest'
import { PastTimes } from './past-times.ts'

const device = { kind: 'cpu', name: 'cpu', threads: 2 } as const
const effort = (size: number | undefined, variant = '', type = 'filter/blur') => ({ type, variant, size })

it('after one run of size N, four times as many numbers take four times as long', () => {
  const times = new PastTimes()
  times.note(device, effort(1_000_000), 12)
  expect(times.expect(device, effort(1_000_000))).toBe(12)
  expect(times.expect(device, effort(4_000_000))).toBe(48)
  expect(times.expect(device, effort(250_000))).toBe(3)
})

it('errs by less than 1.6 where at most half of a run does not depend on the size', () => {
  for (const fixed of [0, 1, 5, 10]) {
    const took = (size: number): number => fixed + size / 100_000
    const times = new PastTimes()
    times.note(device, effort(1_000_000), took(1_000_000))
    const off = (times.expect(device, effort(4_000_000)) ?? 0) / took(4_000_000)
    expect(off).toBeGreaterThanOrEqual(1)
    expect(off).toBeLessThanOrEqual(1.6)
  }
})

it('between two sizes it lies on the line through both', () => {
  const times = new PastTimes()
  for (const size of [1e6, 9e6]) times.note(device, effort(size), 10 + size / 1e6)
  expect(times.expect(device, effort(4e6))).toBeCloseTo(14, 9)
  expect(times.expect(device, effort(18e6))).toBeCloseTo(38, 9)
})

it('averages runs of one size, so that a slow first one is forgotten', () => {
  const times = new PastTimes()
  times.note(device, effort(1000), 100)
  for (let i = 0; i < 6; i++) times.note(device, effort(1000), 4)
  expect(times.expect(device, effort(1000))).toBe(5.5)
})

it('keeps choices, types and devices apart, and helps itself with another choice', () => {
  const times = new PastTimes()
  times.note(device, effort(1000, 'border=wrap'), 7)
  times.note(device, effort(1000, 'border=reflect'), 3)
  expect(times.expect(device, effort(1000, 'border=wrap'))).toBe(7)
  expect(times.expect(device, effort(1000, 'border=replicate'))).toBe(3)
  expect(times.expect(device, effort(1000, '', 'filter/median'))).toBeUndefined()
  expect(times.expect({ ...device, threads: 4 }, effort(1000))).toBeUndefined()
  expect(times.expect({ kind: 'gpu', name: 'X', threads: 2 }, effort(1000))).toBeUndefined()
})

it('takes the newest time where sizes say nothing', () => {
  const times = new PastTimes()
  times.note(device, effort(undefined), 5)
  expect(times.expect(device, effort(5000))).toBe(5)
  times.note(device, effort(4000), 8)
  expect(times.expect(device, effort(undefined))).toBe(8)
  expect(times.expect(device, effort(0))).toBe(5)
})

it('is bounded, and the same again after a round trip through its file', () => {
  const times = new PastTimes()
  for (let type = 0; type < 700; type++)
    for (let size = 1; size < 1e9; size *= 3) times.note(device, effort(size, '', `t/${type}`), size)
  for (let i = 0; i < 700; i++) times.noteModel(`hash-${i}`, i)
  const kept = times.takeChanges()
  expect(times.takeChanges()).toBeUndefined()
  expect(Object.keys(kept?.times ?? {})).toHaveLength(600)
  expect(Math.max(...Object.values(kept?.times ?? {}).map((list) => list.length))).toBe(16)
  expect(Object.keys(kept?.models ?? {})).toHaveLength(600)
  const again = new PastTimes(JSON.parse(JSON.stringify(kept?.times)), kept?.models)
  expect(again.expect(device, effort(3 ** 10, '', 't/699'))).toBe(3 ** 10)
  expect(again.expect(device, effort(1, '', 't/1'))).toBeUndefined()
  expect(again.modelBytes('hash-699')).toBe(699)
  expect(again.takeChanges()).toBeUndefined()
})
