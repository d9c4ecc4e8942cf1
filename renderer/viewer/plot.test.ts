import { expect, test } from 'vitest'
import { isSparse } from './Plot.tsx'

test('a test once an epoch is drawn over its gaps; a curve with a hole keeps the hole', () => {
  expect(isSparse([null, null, null, 0.8, null, null, null, 0.9])).toBe(true)
  expect(isSparse([0.1, 0.2, null, null, 0.5, 0.6])).toBe(false)
  expect(isSparse([])).toBe(false)
})
