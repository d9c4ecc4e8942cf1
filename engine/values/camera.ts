/** A pinhole camera: how a place in the world comes to a pixel. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { AnyShape, Kind } from './kind.ts'

export interface CameraShape extends AnyShape {
  readonly kind: 'camera'
  readonly width?: number
  readonly height?: number
}

export interface CameraValue {
  readonly kind: 'camera'
  /** Of its picture, in pixels. */
  readonly width: number
  readonly height: number
  /** Focal lengths in pixels. */
  readonly fx: number
  readonly fy: number
  /** Where the axis meets the picture, in pixels; the first pixel's top left corner is (0, 0). */
  readonly cx: number
  readonly cy: number
  /** World to camera: 16 numbers, row by row. OpenCV's axes: x right, y down, z forward. */
  readonly view: readonly number[]
  /** What is nearer or farther is not drawn. */
  readonly near: number
  readonly far: number
}

const count = z.number().int().positive()
const positive = z.number().positive()

/** The file, without its kind. */
const told = ({ width, height, fx, fy, cx, cy, view, near, far }: CameraValue) => ({
  ...{ width, height, fx, fy, cx, cy, near, far },
  view: [0, 4, 8, 12].map((row) => view.slice(row, row + 4)),
})

const short = (v: number): string => String(Number(v.toPrecision(6)))

export const camera: Kind<CameraValue, CameraShape> = {
  kind: 'camera',
  words: { title: 'Camera', one: 'a camera' },
  look: { light: '#9a4a2f', dark: '#f0a787', radius: '0 50% 50% 0' },
  head: z.object({
    kind: z.literal('camera'),
    ...{ width: count, height: count, fx: positive, fy: positive, cx: z.number(), cy: z.number() },
    view: z.array(z.number()).length(16),
    near: positive,
    far: positive,
  }),
  shape: ({ width, height }) => ({ kind: 'camera', width, height }),
  describe: ({ width, height }) =>
    width === undefined || height === undefined ? 'camera' : `camera of ${height} × ${width}`,
  size: ({ width, height }) => (width !== undefined && height !== undefined ? { width, height } : undefined),
  sized: (shape, size) => ({ ...shape, ...size }),
  scaled(value, by) {
    const [width, height] = [value.width, value.height].map((side) => Math.max(1, Math.round(side * by)))
    if (width === undefined || height === undefined) return value
    const [x, y] = [width / value.width, height / value.height]
    return { ...value, width, height, fx: value.fx * x, cx: value.cx * x, fy: value.fy * y, cy: value.cy * y }
  },
  face(value) {
    const { width, height, fx, fy, cx, cy, view, near, far } = value
    const rows = [
      ['Picture', `${width} × ${height}`],
      ['fx, fy', `${short(fx)}, ${short(fy)}`],
      ['cx, cy', `${short(cx)}, ${short(cy)}`],
      ['Near, far', `${short(near)}, ${short(far)}`],
      ...[0, 1, 2, 3].map((row) => [
        `View, row ${row + 1}`,
        view
          .slice(4 * row, 4 * row + 4)
          .map(short)
          .join(', '),
      ]),
    ]
    return { json: { kind: 'table', columns: ['', 'Camera'], rows } as { kind: string } }
  },
  files: (value) => [{ ext: 'json', text: `${jsonText(told(value))}\n` }],
  report: (value) => told(value),
  sample: async () => [
    {
      ...{ kind: 'camera', width: 120, height: 80, fx: 100, fy: 100, cx: 60, cy: 40 },
      ...{ view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], near: 0.01, far: 1e10 },
    },
    {
      ...{ kind: 'camera', width: 5, height: 7, fx: 4.5, fy: 5, cx: 1.25, cy: 3 },
      ...{ view: [0, -1, 0, 0.5, 1, 0, 0, 0, 0, 0, 1, -0.25, 0, 0, 0, 1], near: 0.5, far: 100 },
    },
  ],
}
