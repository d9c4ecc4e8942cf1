import { expect, it } from 'vitest'
import { inPixel, pixelsInSight } from './numbers.ts'

it('the pixels in sight are whole, and within the picture', () => {
  const size = { width: 10, height: 10 }
  const stage = { width: 200, height: 100 }
  expect(pixelsInSight({ x: -120, y: -60, width: 400, height: 400 }, stage, size)).toEqual({
    x: 3,
    y: 1,
    width: 5,
    height: 3,
  })
  expect(pixelsInSight({ x: 50, y: 10, width: 40, height: 40 }, stage, size)).toEqual({
    x: 0,
    y: 0,
    width: 10,
    height: 10,
  })
  expect(pixelsInSight({ x: 300, y: 10, width: 40, height: 40 }, stage, size)).toBeUndefined()
})

it('numbers in pixels are as long as each other', () => {
  expect([0.5, -0.25, 12.34, 213.4, 0].map((v) => inPixel(v, 2))).toEqual(['0.50', '−0.25', '12.3', '213', '0.00'])
  expect(inPixel('NaN', 2)).toBe('NaN')
})
