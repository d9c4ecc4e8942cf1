import { expect, test } from 'vitest'
import { gridOf } from './grid.ts'

const of = (axes: string, ...shape: number[]) => {
  const grid = gridOf({ axes: [...axes], shape })
  return grid && [grid.columns, grid.rows, grid.width, grid.height, grid.channels]
}

test('one picture is a grid of one', () => {
  expect(of('HW', 4, 3)).toEqual([1, 1, 3, 4, 1])
  expect(of('HWC', 4, 3, 2)).toEqual([1, 1, 3, 4, 2])
  expect(of('NCHW', 1, 2, 4, 3)).toEqual([1, 1, 3, 4, 2])
})

test('a batch is as near to a square as full rows allow', () => {
  expect(of('NCHW', 1000, 1, 28, 28)).toEqual([40, 25, 28, 28, 1])
  expect(of('NHWC', 64, 28, 28, 3)).toEqual([8, 8, 28, 28, 3])
  // Three wide pictures below each other, three tall ones side by side.
  expect(of('NHW', 3, 10, 30)).toEqual([1, 3, 30, 10, 1])
  expect(of('NHW', 3, 30, 10)).toEqual([3, 1, 10, 30, 1])
})

test('a strip becomes a grid with empty cells', () => {
  expect(of('NHW', 7, 8, 8)).toEqual([3, 3, 8, 8, 1])
  expect(of('NCHW', 53, 3, 64, 64)).toEqual([8, 7, 64, 64, 3])
  // 3 × 599.
  expect(of('NHW', 1797, 8, 8)).toEqual([43, 42, 8, 8, 1])
  expect(of('NHW', 5, 1, 1000)).toEqual([1, 5, 1000, 1, 1])
  expect(of('NHW', 60_013, 28, 28)).toEqual([245, 245, 28, 28, 1])
})

test('other axes, and nothing, are no pictures', () => {
  for (const [axes, shape] of [
    ['NC', [2, 3]],
    ['NLHW', [2, 2, 3, 3]],
    ['NCHW', [0, 3, 8, 8]],
    ['HW', [0, 8]],
  ] as const)
    expect(of(axes, ...shape)).toBeUndefined()
})
