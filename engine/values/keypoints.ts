/** Points of a picture with size, angle and response, as a detector of features finds them; or the joints of bodies. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind, OutputFile, Read } from './kind.ts'
import type { Mark } from './mark.ts'
import type { TensorValue } from './tensor.ts'

export interface KeypointsShape {
  readonly kind: 'keypoints'
  readonly count?: number
  readonly width?: number
  readonly height?: number
}

export interface KeypointsValue {
  readonly kind: 'keypoints'
  /** Of the picture whose pixels the points are in. */
  readonly width: number
  readonly height: number
  /** What the points of one body, hand or thing are, in their order; where there are several, their points follow each other. */
  readonly names?: readonly string[]
  /** Which points are joined by a line, by their numbers. */
  readonly skeleton?: readonly (readonly [from: number, to: number])[]
  /** (N, 5) float32: x, y and diameter in pixels, angle in degrees (clockwise from the x axis, -1: none), response. As cv2.KeyPoint. */
  readonly points: TensorValue
  /** (N, D), a descriptor for each point. */
  readonly descriptors?: TensorValue
}

export interface Keypoint {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly angle: number
  readonly response: number
}

/** In their own order: a skeleton and descriptors count on it. */
export async function keypointsOf({ points }: KeypointsValue, read: Read): Promise<readonly Keypoint[]> {
  const numbers = await read(points)
  return Array.from({ length: points.shape[0] ?? 0 }, (_, i) => {
    const [x = Number.NaN, y = Number.NaN, size = 0, angle = -1, response = 0] = numbers.subarray(5 * i, 5 * i + 5)
    return { x, y, size, angle, response }
  })
}

const count = z.number().int().nonnegative()

async function marksOf(value: KeypointsValue, read: Read): Promise<Mark[]> {
  const points = await keypointsOf(value, read)
  const { names = [] } = value
  // The response of a point with a name is how sure it is; that of a feature has no upper bound.
  const responses = names.length > 0 ? [1] : points.map(({ response }) => response).filter(Number.isFinite)
  const best = Math.max(...responses, Number.MIN_VALUE)
  const weightOf = ({ response }: Keypoint): number => Math.min(1, Math.max(0, response / best || 0))
  /** Those of one body share a colour. */
  const groupOf = (row: number) => (names.length > 0 ? { group: Math.floor(row / names.length) } : {})
  const marks = points.flatMap((point, row): Mark[] => {
    const { x, y, size, angle } = point
    if (![x, y, size].every(Number.isFinite)) return []
    const name = names[row % names.length]
    return [
      {
        ...{ kind: 'point', at: [x, y], radius: Math.max(0, size / 2), row },
        ...{ weight: weightOf(point), ...groupOf(row), ...(name !== undefined && { label: name.slice(0, 200) }) },
        ...(angle >= 0 && { angle }),
      },
    ]
  })
  const bones = (value.skeleton ?? []).flatMap(([from, to]): Mark[] => {
    const [a, b] = [points[from], points[to]]
    if (!a || !b || ![a.x, a.y, b.x, b.y].every(Number.isFinite)) return []
    return [
      {
        kind: 'path',
        points: [
          [a.x, a.y],
          [b.x, b.y],
        ],
        ...groupOf(from),
        ...(names.length > 0 && { weight: Math.min(weightOf(a), weightOf(b)) }),
      },
    ]
  })
  return [...bones, ...marks]
}

export const keypoints: Kind<KeypointsValue, KeypointsShape> = {
  kind: 'keypoints',
  words: { title: 'Keypoints', one: 'keypoints', many: 'keypoints' },
  look: { light: '#007580', dark: '#4fcbd6', radius: '50% 50% 50% 0' },
  head: z.object({
    kind: z.literal('keypoints'),
    width: count,
    height: count,
    names: z.array(z.string()).min(1).optional(),
    skeleton: z.array(z.tuple([count, count])).optional(),
  }),
  parts: ({ points, descriptors }) => ({ points, ...(descriptors && { descriptors }) }),
  shape: ({ width, height, points }) => ({ kind: 'keypoints', count: points.shape[0] ?? 0, width, height }),
  describe: ({ count, width, height }) =>
    `${count ?? 'some'} keypoint${count === 1 ? '' : 's'}${width === undefined ? '' : ` in ${height} × ${width}`}`,
  size: ({ width, height }) => (width !== undefined && height !== undefined ? { width, height } : undefined),
  sized: (shape, size) => ({ ...shape, ...size }),
  async scaled(value, by, { read, tensor }) {
    const [width = 1, height = 1] = [value.width, value.height].map((side) => Math.max(1, Math.round(side * by)))
    const factors = [width / value.width, height / value.height, by, 1, 1]
    const numbers = Array.from(await read(value.points), (v, i) => v * (factors[i % 5] ?? 1))
    const { store: _, ...shape } = value.points
    return { ...value, width, height, points: await tensor(shape, numbers) }
  },
  face: async (value, read) => ({ marks: await marksOf(value, read) }),
  async files(value, read) {
    const { width, height, names = [], skeleton, descriptors } = value
    const points = await keypointsOf(value, read)
    const keypoints = points.map((point, i) => (names.length > 0 ? { name: names[i % names.length], ...point } : point))
    const told = { width, height, ...(skeleton && { skeleton }), keypoints }
    return [
      { ext: 'json', text: `${jsonText(told)}\n` },
      ...(descriptors ? [{ ext: 'descriptors.npy', tensor: descriptors } satisfies OutputFile] : []),
    ]
  },
  report: async (value) => ({ count: value.points.shape[0] ?? 0 }),
  async sample(tensor) {
    const points = await tensor(
      { kind: 'tensor', shape: [2, 5], axes: ['N', 'C'] },
      [10, 20, 8, 45, 0.5, 30.5, 40, 4, -1, 0.25],
    )
    const descriptors = await tensor(
      { kind: 'tensor', shape: [2, 3], axes: ['N', 'C'], dtype: 'uint8' },
      [1, 2, 3, 4, 5, 255],
    )
    return [
      { kind: 'keypoints', width: 64, height: 48, points },
      { kind: 'keypoints', width: 64, height: 48, names: ['head', 'foot'], skeleton: [[0, 1]], points, descriptors },
    ]
  },
}
