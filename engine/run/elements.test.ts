import { expect, test } from 'vitest'
import { Elements } from './elements.ts'
import { type Holdable, Lease } from './lease.ts'

function held(...footprints: number[]) {
  let holds = 0
  const lease = new Lease()
  for (const footprint of footprints) {
    const thing: Holdable = { footprint, hold: () => holds++, drop: () => holds-- }
    lease.add(thing)
  }
  return {
    lease,
    get held() {
      return holds > 0
    },
  }
}

test('elements are charged with everything that their leases hold', () => {
  const elements = new Elements(100)
  // Each value is small; what holds it is not.
  const all = Array.from({ length: 5 }, () => held(1, 39))
  for (const { lease } of all) elements.add(lease)
  expect(all.map(({ held }) => held)).toEqual([false, false, false, true, true])
  elements.end()
  expect(all.some(({ held }) => held)).toBe(false)
})

test('the newest two stay, however large, and all of small ones', () => {
  const elements = new Elements(100)
  const large = Array.from({ length: 3 }, () => held(1000))
  for (const { lease } of large) elements.add(lease)
  expect(large.map(({ held }) => held)).toEqual([false, true, true])
  const small = Array.from({ length: 10 }, () => held(10))
  for (const { lease } of small) elements.add(lease)
  expect(small.every(({ held }) => held)).toBe(true)
  elements.end()
})
