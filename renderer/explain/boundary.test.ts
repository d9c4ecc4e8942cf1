import { expect, it } from 'vitest'
import { around, boundary } from './boundary.ts'

it('a rectangle has four sides', () => {
  expect(boundary([{ x: 2, y: 3, width: 4, height: 1 }])).toEqual([
    [2, 3, 6, 3],
    [2, 4, 6, 4],
    [2, 3, 2, 4],
    [6, 3, 6, 4],
  ])
})

it('what two rectangles share is no edge', () => {
  // An L: two rows of one, then one of three.
  const edges = boundary([
    { x: 0, y: 0, width: 1, height: 2 },
    { x: 0, y: 2, width: 3, height: 1 },
  ])
  expect(edges).toEqual([
    [0, 0, 1, 0],
    [1, 2, 3, 2],
    [0, 3, 3, 3],
    [0, 0, 0, 3],
    [1, 0, 1, 2],
    [3, 2, 3, 3],
  ])
})

it('a hole has an edge of its own', () => {
  const ring = [
    { x: 0, y: 0, width: 3, height: 1 },
    { x: 0, y: 1, width: 1, height: 1 },
    { x: 2, y: 1, width: 1, height: 1 },
    { x: 0, y: 2, width: 3, height: 1 },
  ]
  expect(boundary(ring)).toContainEqual([1, 1, 2, 1])
  expect(boundary(ring)).toHaveLength(8)
  expect(around(ring)).toEqual({ x: 0, y: 0, width: 3, height: 3 })
})
