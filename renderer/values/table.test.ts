import { expect, test } from 'vitest'
import { matrixOf } from './table.tsx'

const kind = 'table' as const

test('a confusion matrix is a table whose rows are named as its columns', () => {
  const matrix = {
    kind,
    columns: ['Right ↓ found →', 'cat', 'dog'],
    rows: [
      ['cat', 8, 2],
      ['dog', null, 9],
    ],
  }
  expect(matrixOf(matrix)).toEqual([
    [8, 2],
    [0, 9],
  ])
  expect(matrixOf({ ...matrix, columns: ['', 'dog', 'cat'] })).toBeUndefined()
  expect(matrixOf({ ...matrix, rows: matrix.rows.slice(1) })).toBeUndefined()
  expect(matrixOf({ kind, columns: ['Epoch', 'Loss', 'Test loss'], rows: [[1, 0.5, 0.6]] })).toBeUndefined()
})
