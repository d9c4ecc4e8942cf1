import { expect, it } from 'vitest'
import { wayOf } from './flight.ts'

it('goes forward, to the side and up, no faster aslant', () => {
  expect(wayOf(['KeyW'])).toEqual([0, 0, 1])
  expect(wayOf(['KeyE', 'KeyD']).map((v) => v.toFixed(4))).toEqual(['0.7071', '0.7071', '0.0000'])
  expect(wayOf(['KeyA', 'KeyD'])).toEqual([0, 0, 0])
  expect(wayOf(['KeyX'])).toEqual([0, 0, 0])
})
