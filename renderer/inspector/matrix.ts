/** Matrices in the forms people use: named kernels, and text from NumPy, a spreadsheet or a paper. */
import type { MatrixParam } from '../../engine/types/param.ts'

export type Matrix = readonly (readonly number[])[]

/** The common first filters. Blur and sharpen preserve brightness (sum 1), the others respond to edges (sum 0, emboss 1). */
export const presets: readonly { readonly label: string; readonly matrix: Matrix }[] = [
  {
    label: 'Identity',
    matrix: [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
  },
  {
    label: 'Box blur',
    matrix: [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ].map((row) => row.map((v) => v / 9)),
  },
  {
    label: 'Gaussian blur',
    matrix: [
      [1, 2, 1],
      [2, 4, 2],
      [1, 2, 1],
    ].map((row) => row.map((v) => v / 16)),
  },
  {
    label: 'Sharpen',
    matrix: [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
  },
  {
    label: 'Sobel x',
    matrix: [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ],
  },
  {
    label: 'Sobel y',
    matrix: [
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ],
  },
  {
    label: 'Laplacian',
    matrix: [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
  },
  {
    label: 'Emboss',
    matrix: [
      [-2, -1, 0],
      [-1, 1, 1],
      [0, 1, 2],
    ],
  },
]

const number = String.raw`[-+−]?(?:\d+\.?\d*|\.\d+)(?:e[-+−]?\d+)?`
const token = new RegExp(`${number}(?:\\s*/\\s*${number})?`, 'gi')
const value = (text: string): number => {
  const [top = NaN, bottom = 1] = text.split('/').map((part) => Number(part.trim().replaceAll('−', '-')))
  return top / bottom
}

/**
 * Rows from text: `[[0, 1], [1, 0]]`, `np.array([[0., 1.], [1., 0.]], dtype=float32) / 9`, MATLAB's `[0 1; 1 0]`, lines of
 * numbers separated by spaces, tabs or commas, `1/9` for ninths. Undefined if it is not a matrix with rows of equal length.
 */
export function parseMatrix(text: string): Matrix | undefined {
  const bare = text.replace(/dtype\s*=\s*[\w.'"]+/g, '').replace(/\b(?:\w+\.)?(?:array|float\d*|int\d*|matrix)\b/g, '')
  const factor = new RegExp(`[\\])]\\s*([*/])\\s*(${number})\\s*$`, 'i').exec(bare.trim())
  const body = factor ? bare.trim().slice(0, factor.index + 1) : bare
  if (/[^\d\s[\](),;.eE+\-−/]/.test(body)) return undefined
  // A row ends at its bracket, a semicolon, or a line; NumPy wraps long rows inside their brackets.
  const ends = /\]\s*,?\s*\[/.test(body) ? /\]/ : /[;\n\r]/
  const rows = body
    .split(ends)
    .map((row) => (row.match(token) ?? []).map(value))
    .filter((row) => row.length > 0)
  const width = rows[0]?.length
  if (!width || rows.some((row) => row.length !== width)) return undefined
  const by = factor ? (factor[1] === '*' ? value(factor[2] ?? '') : 1 / value(factor[2] ?? '')) : 1
  const matrix = rows.map((row) => row.map((v) => v * by))
  return matrix.flat().every(Number.isFinite) ? matrix : undefined
}

/** As NumPy prints it: one row per line. */
export const matrixText = (matrix: Matrix): string =>
  `[${matrix.map((row) => `[${row.map((v) => Number(v.toPrecision(7))).join(', ')}]`).join(',\n ')}]`

/** Resizes about the centre: cells are cut off or filled with 0. */
export function resized(matrix: Matrix, rows: number, columns: number): Matrix {
  const dy = Math.floor((rows - matrix.length) / 2)
  const dx = Math.floor((columns - (matrix[0]?.length ?? 0)) / 2)
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => matrix[y - dy]?.[x - dx] ?? 0),
  )
}

export const sumOf = (matrix: Matrix): number => matrix.flat().reduce((sum, v) => sum + v, 0)

/** What is wrong with the size, in words; undefined: nothing. */
export function sizeProblem(matrix: Matrix, { minSize, maxSize, odd }: MatrixParam): string | undefined {
  const sides = [matrix.length, matrix[0]?.length ?? 0]
  if (sides.some((side) => side < minSize || side > maxSize))
    return `It has ${sides.join(' × ')} cells; from ${minSize} to ${maxSize} rows and columns are taken.`
  if (odd && sides.some((side) => side % 2 === 0))
    return `It has ${sides.join(' × ')} cells; both must be odd, so that there is a centre.`
  return undefined
}
