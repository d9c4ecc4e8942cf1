/** Learned kernels as matrices: the filters of a convolution layer, and how alike two matrices are. */
import { unsupported } from '../engine/ops/check.ts'
import type { Numbers, TensorShape } from '../engine/values/index.ts'

export type Matrix = readonly (readonly number[])[]

export interface Filters {
  readonly height: number
  readonly width: number
  /** Channels in. */
  readonly channels: number
  /** Filters: channels out. */
  readonly count: number
  /** The weight of filter `of` at row y, column x, channel c. */
  at(of: number, y: number, x: number, c: number): number
}

/** Throws `op.unsupported` for anything but the weights of a convolution layer. */
export function sidesOfFilters({ shape, axes }: TensorShape): Omit<Filters, 'at'> {
  const layout = axes.join('')
  if (layout !== 'HWIO' && layout !== 'OIHW')
    throw unsupported('Filters', `a tensor ${layout} ${shape.join(' × ')}`, 'weights of a convolution, HWIO or OIHW')
  const side = (axis: string): number => shape[axes.indexOf(axis)] ?? 0
  return { height: side('H'), width: side('W'), channels: side('I'), count: side('O') }
}

export function filtersOf(tensor: TensorShape, numbers: Numbers): Filters {
  const sides = sidesOfFilters(tensor)
  const { height, width, channels, count } = sides
  const last = tensor.axes[0] === 'H'
  return {
    ...sides,
    at: (of, y, x, c) =>
      (last
        ? numbers[((y * width + x) * channels + c) * count + of]
        : numbers[((of * channels + c) * height + y) * width + x]) ?? 0,
  }
}

/** How a filter acts on a gray picture, whose channels are the same: its weights summed over them. */
export const onGray = ({ height, width, channels, at }: Filters, of: number): Matrix =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      let sum = 0
      for (let c = 0; c < channels; c++) sum += at(of, y, x, c)
      return sum
    }),
  )

/** The matrix in the middle of a larger one of zeros. */
function padded(matrix: Matrix, rows: number, columns: number): readonly number[] {
  const [top, left] = [Math.floor((rows - matrix.length) / 2), Math.floor((columns - (matrix[0]?.length ?? 0)) / 2)]
  return Array.from({ length: rows * columns }, (_, i) => {
    return matrix[Math.floor(i / columns) - top]?.[(i % columns) - left] ?? 0
  })
}

/** Of two matrices, the smaller one in the middle of the larger: a · b / (|a| |b|), from −1 to 1; 0 where one is all zeros. */
export function cosine(a: Matrix, b: Matrix): number {
  const rows = Math.max(a.length, b.length)
  const columns = Math.max(a[0]?.length ?? 0, b[0]?.length ?? 0)
  const [first, second] = [padded(a, rows, columns), padded(b, rows, columns)]
  const dot = (one: readonly number[], other: readonly number[]): number =>
    one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0)
  const size = Math.sqrt(dot(first, first) * dot(second, second))
  return size > 0 ? dot(first, second) / size : 0
}
