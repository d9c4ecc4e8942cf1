import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { late } from './late.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('asks again until it comes, rejects never, and then asks no more', async () => {
  const load = vi.fn(async () => {
    if (load.mock.calls.length < 4) throw new TypeError('Failed to fetch dynamically imported module')
    return 'katex'
  })
  const get = late(load)
  const both = Promise.all([get(), get()])
  await vi.advanceTimersByTimeAsync(500)
  expect(load).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await both).toEqual(['katex', 'katex'])
  expect(await get()).toBe('katex')
  expect(load).toHaveBeenCalledTimes(4)
})
