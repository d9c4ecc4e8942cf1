import { expect, it } from 'vitest'
import { difference } from './paint.ts'

it('takes the difference of what is seen, times the gain', () => {
  const a = new Uint8ClampedArray([10, 20, 30, 255, 200, 0, 0, 0])
  const b = new Uint8ClampedArray([13, 10, 30, 255, 100, 0, 0, 255])
  difference(a, b, 4)
  expect([...a]).toEqual([12, 40, 0, 255, 255, 0, 0, 255])
})
