import { describe, expect, it } from 'vitest'
import { matrixText, parseMatrix, presets, resized, sizeProblem, sumOf } from './matrix.ts'

const sobel = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]

describe('parseMatrix', () => {
  it.each([
    ['JSON', '[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]'],
    ['NumPy code', 'np.array([[-1., 0., 1.], [-2., 0., 2.], [-1., 0., 1.]], dtype=np.float32)'],
    ['NumPy print', '[[-1.  0.  1.]\n [-2.  0.  2.]\n [-1.  0.  1.]]'],
    ['NumPy repr', 'array([[-1,  0,  1],\n       [-2,  0,  2],\n       [-1,  0,  1]])'],
    ['MATLAB', '[-1 0 1; -2 0 2; -1 0 1]'],
    ['a spreadsheet', '-1\t0\t1\r\n-2\t0\t2\r\n-1\t0\t1\r\n'],
    ['CSV', '-1,0,1\n-2,0,2\n-1,0,1'],
    ['true minus signs', '−1 0 1\n−2 0 2\n−1 0 1'],
    ['a factor', 'np.array([[-2, 0, 2], [-4, 0, 4], [-2, 0, 2]]) / 2'],
  ])('reads %s', (_, text) => expect(parseMatrix(text)).toEqual(sobel))

  it('reads fractions and exponents', () => {
    expect(parseMatrix('1/9 1/3\n.5 1e-3')).toEqual([
      [1 / 9, 1 / 3],
      [0.5, 0.001],
    ])
  })
  it('reads a long NumPy row that was broken into lines', () => {
    expect(parseMatrix('[[1 2\n  3]\n [4 5\n  6]]')).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
  })
  it('reads one row', () => expect(parseMatrix('[1, 2, 1]')).toEqual([[1, 2, 1]]))

  it.each(['', '[]', 'hello', '[[1, 2], [3]]', '1 2\n3', '[[1, x], [2, 3]]', '1/0', 'alert(1)'])(
    'refuses "%s"',
    (text) => expect(parseMatrix(text)).toBeUndefined(),
  )

  it('reads back what it writes', () => {
    for (const { matrix } of presets) {
      const back = parseMatrix(matrixText(matrix))
      expect(back?.flat()).toHaveLength(matrix.flat().length)
      for (const [i, v] of matrix.flat().entries()) expect(back?.flat()[i]).toBeCloseTo(v, 6)
    }
  })
})

it('has presets with the sums that their names promise', () => {
  const sums = Object.fromEntries(presets.map(({ label, matrix }) => [label, Number(sumOf(matrix).toFixed(9))]))
  expect(sums).toEqual({
    Identity: 1,
    'Box blur': 1,
    'Gaussian blur': 1,
    Sharpen: 1,
    'Sobel x': 0,
    'Sobel y': 0,
    Laplacian: 0,
    Emboss: 1,
  })
})

it('grows and shrinks about the centre', () => {
  const grown = resized(sobel, 5, 5)
  expect(grown[2]).toEqual([0, -2, 0, 2, 0])
  expect(grown[0]).toEqual([0, 0, 0, 0, 0])
  expect(resized(grown, 3, 3)).toEqual(sobel)
  expect(resized(sobel, 1, 1)).toEqual([[0]])
})

it('says what is wrong with a size', () => {
  const spec = { type: 'matrix', default: sobel, minSize: 1, maxSize: 7, odd: true } as const
  expect(sizeProblem(sobel, spec)).toBeUndefined()
  expect(sizeProblem(resized(sobel, 4, 3), spec)).toContain('odd')
  expect(sizeProblem(resized(sobel, 9, 3), spec)).toContain('from 1 to 7')
})
