/** Spans against a count of the moments they cover; the meter against a clock that is set. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Meter, ownTime, Spans } from './cost.ts'

describe('spans', () => {
  it('count what overlaps once, in whatever order they come', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    for (let round = 0; round < 300; round++) {
      const spans = new Spans()
      const other = new Spans()
      const covered = new Set<number>()
      for (let i = random(12); i >= 0; i--) {
        const from = random(60)
        const to = from + random(15)
        ;(i % 2 ? spans : other).add(from, to)
        for (let at = from; at < to; at++) covered.add(at)
      }
      spans.addAll(other)
      expect(spans.length).toBe(covered.size)
    }
  })
})

describe('a meter', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }))
  afterEach(() => void vi.useRealTimers())
  const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  it('tells waiting, moving and computing apart, and they add up', async () => {
    const meter = new Meter()
    vi.advanceTimersByTime(5)
    meter.start()
    vi.advanceTimersByTime(3)
    // Two elements at a time, and a transfer meanwhile.
    const work = Promise.all([
      meter.during('wait', () => passed(10)),
      meter.during('wait', () => passed(4)),
      meter.during('transfer', () => passed(6)),
    ])
    await vi.advanceTimersByTimeAsync(10)
    await work
    vi.advanceTimersByTime(2)
    const cost = meter.end()
    expect(cost).toMatchObject({ compute: 5, transfer: 6, wait: 9 })
    expect(cost.to - cost.from).toBe(15)
    expect(ownTime(cost)).toBe(11)
  })

  it('of a node whose turn never came has only waited', () => {
    const meter = new Meter()
    vi.advanceTimersByTime(5)
    const cost = meter.end()
    expect(cost).toMatchObject({ compute: 0, transfer: 0, wait: 5 })
    expect(cost.to).toBe(cost.from)
  })

  it('goes on when what it measures fails', async () => {
    const meter = new Meter()
    meter.start()
    await expect(meter.during('wait', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    vi.advanceTimersByTime(4)
    expect(meter.end()).toMatchObject({ compute: 4, wait: 0 })
  })
})
