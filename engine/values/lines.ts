/** Lines from point to point over a picture: segments, contours, the lines between matches. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind, Read } from './kind.ts'
import type { Mark } from './mark.ts'
import type { TensorValue } from './tensor.ts'

export interface LinesShape {
  readonly kind: 'lines'
  readonly count?: number
  readonly width?: number
  readonly height?: number
}

export interface LinesValue {
  readonly kind: 'lines'
  /** Of the picture whose pixels the points are in. */
  readonly width: number
  readonly height: number
  /** Whether each goes back to its first point: a contour. */
  readonly closed: boolean
  /** (N, 2) float32: x and y of all points, line after line. */
  readonly points: TensorValue
  /** (M) int32: how many points each line has. */
  readonly lengths: TensorValue
}

/** The points of each line, in plain numbers. */
export async function linesOf(
  { points, lengths }: LinesValue,
  read: Read,
): Promise<readonly [x: number, y: number][][]> {
  const [numbers, counts] = await Promise.all([read(points), read(lengths)])
  let at = 0
  return Array.from(counts, (count) =>
    Array.from({ length: count }, () => [numbers[at++] ?? Number.NaN, numbers[at++] ?? Number.NaN]),
  )
}

/** Marks of more points would not be told apart, and be slow to draw. */
const mostPoints = 200_000

async function marksOf(value: LinesValue, read: Read): Promise<Mark[]> {
  let left = mostPoints
  return (await linesOf(value, read)).flatMap((points, row): Mark[] => {
    const drawn = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    left -= drawn.length
    if (drawn.length === 0 || left < 0) return []
    return [{ kind: 'path', points: drawn, row, ...(value.closed && { closed: true }) }]
  })
}

const count = z.number().int().nonnegative()

export const lines: Kind<LinesValue, LinesShape> = {
  kind: 'lines',
  words: { title: 'Lines', one: 'lines', many: 'lines' },
  look: { light: '#a1468b', dark: '#f0a2dc', radius: '0 50% 0 50%' },
  head: z.object({ kind: z.literal('lines'), width: count, height: count, closed: z.boolean() }),
  parts: ({ points, lengths }) => ({ points, lengths }),
  shape: ({ width, height, lengths }) => ({ kind: 'lines', count: lengths.shape[0] ?? 0, width, height }),
  describe: ({ count, width, height }) =>
    `${count ?? 'some'} line${count === 1 ? '' : 's'}${width === undefined ? '' : ` in ${height} × ${width}`}`,
  size: ({ width, height }) => (width !== undefined && height !== undefined ? { width, height } : undefined),
  sized: (shape, size) => ({ ...shape, ...size }),
  async scaled(value, by, { read, tensor }) {
    const [width = 1, height = 1] = [value.width, value.height].map((side) => Math.max(1, Math.round(side * by)))
    const factors = [width / value.width, height / value.height]
    const numbers = Array.from(await read(value.points), (v, i) => v * (factors[i % 2] ?? 1))
    const { store: _, ...shape } = value.points
    return { ...value, width, height, points: await tensor(shape, numbers) }
  },
  face: async (value, read) => ({ marks: await marksOf(value, read) }),
  async files(value, read) {
    const { width, height, closed } = value
    return [{ ext: 'json', text: `${jsonText({ width, height, closed, lines: await linesOf(value, read) })}\n` }]
  },
  report: async ({ lengths }) => ({ count: lengths.shape[0] ?? 0 }),
  async sample(tensor) {
    const points = await tensor(
      { kind: 'tensor', shape: [5, 2], axes: ['N', 'C'] },
      [1, 2, 30, 4, 20.5, 30, 5, 5, 9, 40],
    )
    const lengths = await tensor({ kind: 'tensor', shape: [2], axes: ['N'], dtype: 'int32' }, [3, 2])
    const none = await tensor({ kind: 'tensor', shape: [0, 2], axes: ['N', 'C'] }, [])
    const zero = await tensor({ kind: 'tensor', shape: [0], axes: ['N'], dtype: 'int32' }, [])
    return [
      { kind: 'lines', width: 64, height: 48, closed: true, points, lengths },
      { kind: 'lines', width: 64, height: 48, closed: false, points: none, lengths: zero },
    ]
  },
}
