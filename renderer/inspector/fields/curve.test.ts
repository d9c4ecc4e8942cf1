import { expect, it } from 'vitest'
import { addedPoint, type CurvePoints, inOrder, movedPoint } from './curve.ts'

const three: CurvePoints = [
  [0, 0],
  [0.5, 0.5],
  [1, 1],
]

it('keeps points in order, and within the square', () => {
  expect(movedPoint(three, 1, [0.25, 1.5])[1]).toEqual([0.25, 1])
  expect(movedPoint(three, 1, [3, 0.2])[1]).toEqual([0.998, 0.2])
  expect(movedPoint(three, 0, [-1, -1])[0]).toEqual([0, 0])
  expect(movedPoint(three, 2, [0.1, 1])[2]).toEqual([0.502, 1])
})

it('adds a point between its neighbours, and none upon another', () => {
  expect(addedPoint(three, [0.75, 0.9])).toEqual({ points: three.toSpliced(2, 0, [0.75, 0.9]), at: 2 })
  expect(addedPoint(three.slice(0, 2), [0.9, 0.9])?.at).toBe(2)
  expect(addedPoint(three, [0.501, 0.9])).toBeUndefined()
})

it('orders what a file has in another order', () => {
  expect(
    inOrder([
      [1, 0],
      [0.2, 0.3],
    ]),
  ).toEqual([
    [0.2, 0.3],
    [1, 0],
  ])
})
