/** Boxes over a picture, with scores and classes: what a detector finds. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { AnyShape, Kind, Parts, Read } from './kind.ts'
import type { Mark } from './mark.ts'
import type { TensorValue } from './tensor.ts'

/** `width`, `height`: of the picture, where they are known. */
export interface BoxesShape extends AnyShape {
  readonly kind: 'boxes'
  readonly count?: number
  readonly width?: number
  readonly height?: number
}

export interface BoxesValue {
  readonly kind: 'boxes'
  /** Of the picture whose pixels the boxes are in. */
  readonly width: number
  readonly height: number
  /** The name of each class, by its number. */
  readonly names: readonly string[]
  /** (N, 4) float32: left, top, right, bottom in pixels; the first pixel's top left corner is (0, 0). */
  readonly boxes: TensorValue
  /** (N) float32, 0..1. */
  readonly scores: TensorValue
  /** (N) int32. */
  readonly classes: TensorValue
}

/** A box with what is known of it, in plain numbers. */
export interface Box {
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number]
  readonly score: number
  readonly class: number
  /** The class's name; its number where it has none. */
  readonly name: string
}

/** Boxes in plain numbers, best first; of equal scores in their own order. */
export async function boxesOf({ boxes, scores, classes, names }: BoxesValue, read: Read): Promise<readonly Box[]> {
  const [sides, weights, ids] = await Promise.all([read(boxes), read(scores), read(classes)])
  const found = Array.from(weights, (score, i): Box => {
    const [x0 = Number.NaN, y0 = Number.NaN, x1 = Number.NaN, y1 = Number.NaN] = sides.subarray(4 * i, 4 * i + 4)
    const id = ids[i] ?? 0
    return { box: [x0, y0, x1, y1], score, class: id, name: names[id] ?? String(id) }
  })
  return found.sort((a, b) => b.score - a.score)
}

const isDrawable = ({ box, score }: Box): boolean => [...box, score].every(Number.isFinite)

const markOf = ({ box, score, class: group, name }: Box, row: number): Mark => ({
  kind: 'rect',
  box: [...box],
  label: name.slice(0, 200),
  weight: Math.min(1, Math.max(0, score)),
  group,
  row,
})

const count = z.number().int().nonnegative()

/** What the file says: `{ width, height, boxes: [{ box, score, class, name }] }`, best first. */
const told = async (value: BoxesValue, read: Read) => ({
  width: value.width,
  height: value.height,
  boxes: await boxesOf(value, read),
})

export const boxes: Kind<BoxesValue, BoxesShape> = {
  kind: 'boxes',
  words: { title: 'Boxes', one: 'boxes', many: 'boxes' },
  look: { light: '#b8312f', dark: '#ff8d83', radius: '2px 2px 50% 50%' },
  head: z.object({ kind: z.literal('boxes'), width: count, height: count, names: z.array(z.string()) }),
  parts: ({ boxes, scores, classes }): Parts => ({ boxes, scores, classes }),
  shape: ({ width, height, scores }) => ({ kind: 'boxes', count: scores.shape[0] ?? 0, width, height }),
  describe: ({ count, width, height }) =>
    `${count ?? 'some'} box${count === 1 ? '' : 'es'}${width === undefined ? '' : ` in ${height} × ${width}`}`,
  size: ({ width, height }) => (width !== undefined && height !== undefined ? { width, height } : undefined),
  sized: (shape, size) => ({ ...shape, ...size }),
  async scaled(value, by, { read, tensor }) {
    const [width, height] = [value.width, value.height].map((side) => Math.max(1, Math.round(side * by)))
    if (width === undefined || height === undefined) return value
    const [fx, fy] = [width / value.width, height / value.height]
    const numbers = Array.from(await read(value.boxes), (v, i) => v * (i % 2 === 0 ? fx : fy))
    const { store: _, ...shape } = value.boxes
    return { ...value, width, height, boxes: await tensor(shape, numbers) }
  },
  face: async (value, read) => ({
    marks: (await boxesOf(value, read)).flatMap((box, row) => (isDrawable(box) ? [markOf(box, row)] : [])),
  }),
  files: async (value, read) => [{ ext: 'json', text: `${jsonText(await told(value, read))}\n` }],
  report: (value, read) => told(value, read),
  async sample(tensor) {
    const make = async (numbers: readonly number[], scores: readonly number[], classes: readonly number[]) => ({
      kind: 'boxes' as const,
      ...{ width: 640, height: 480, names: ['person', 'ball'] },
      boxes: await tensor({ kind: 'tensor', shape: [scores.length, 4], axes: ['N', 'C'] }, numbers),
      scores: await tensor({ kind: 'tensor', shape: [scores.length], axes: ['N'] }, scores),
      classes: await tensor({ kind: 'tensor', shape: [classes.length], axes: ['N'], dtype: 'int32' }, classes),
    })
    return [await make([10, 20, 110.5, 220, 300, 100, 320, 120], [0.5, 0.75], [0, 1]), await make([], [], [])]
  },
}
