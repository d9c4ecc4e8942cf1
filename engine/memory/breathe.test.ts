import { afterEach, expect, it, vi } from 'vitest'
import { beginStretch, isLong, pause } from './breathe.ts'

afterEach(() => vi.restoreAllMocks())

it('many small works yield to the event loop every few milliseconds, all of them together', async () => {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  beginStretch()
  /** Which turn of the event loop it is. */
  let turn = 0
  let ticking = setImmediate(function tick() {
    turn++
    ticking = setImmediate(tick)
  })
  const turns: number[] = []
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      // The first time none has reason to wait.
      for (let step = 0; step < 3; step++) {
        await pause()
        if (step > 0) turns.push(turn)
        // It takes a millisecond.
        now++
      }
    }),
  )
  clearImmediate(ticking)
  expect(turns).toHaveLength(200)
  for (const one of new Set(turns)) expect(turns.filter((other) => other === one).length).toBeLessThanOrEqual(20)
})

it('does not yield before there is a need', async () => {
  beginStretch()
  let yielded = false
  setImmediate(() => {
    yielded = true
  })
  expect(isLong()).toBe(false)
  await pause()
  expect(yielded).toBe(false)
})
