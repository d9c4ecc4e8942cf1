/** Marks made ready for drawing: where each one lies, its colour, and the groups they form. */
import type { Mark } from '../../engine/values/mark.ts'
import { colourOf } from './palette.ts'

export interface Group {
  /** As marks carry it, in text; '' where they carry none. */
  readonly key: string
  readonly name: string
  readonly colour: number
  readonly count: number
}

export interface Layer {
  readonly marks: readonly Mark[]
  /** Left, top, right, bottom of each mark, in pixels of the picture. */
  readonly bounds: Float64Array
  /** The place of each mark in the palette. */
  readonly colours: Uint8Array
  /** The largest first. */
  readonly groups: readonly Group[]
  /** Whether any mark has a score. */
  readonly scored: boolean
}

export const groupKey = ({ group }: Mark): string => (group === undefined ? '' : String(group))

/** Left, top, right, bottom. */
export function boundsOf(mark: Mark): readonly [number, number, number, number] {
  switch (mark.kind) {
    case 'rect': {
      const [x0, y0, x1, y1] = mark.box
      return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
    }
    case 'point': {
      const [[x, y], radius] = [mark.at, mark.radius ?? 0]
      return [x - radius, y - radius, x + radius, y + radius]
    }
    case 'path': {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
      for (const [x, y] of mark.points) {
        left = Math.min(left, x)
        top = Math.min(top, y)
        right = Math.max(right, x)
        bottom = Math.max(bottom, y)
      }
      return [left, top, right, bottom]
    }
  }
}

export function createLayer(marks: readonly Mark[]): Layer {
  const bounds = new Float64Array(4 * marks.length)
  const colours = new Uint8Array(marks.length)
  const groups = new Map<string, { key: string; name: string; colour: number; count: number }>()
  for (const [i, mark] of marks.entries()) {
    bounds.set(boundsOf(mark), 4 * i)
    const colour = colourOf(mark.group)
    colours[i] = colour
    const key = groupKey(mark)
    const known = groups.get(key)
    if (known) known.count++
    else groups.set(key, { key, name: mark.label ?? key, colour, count: 1 })
  }
  return {
    marks,
    bounds,
    colours,
    groups: [...groups.values()].sort((a, b) => b.count - a.count),
    scored: marks.some(({ weight }) => weight !== undefined),
  }
}

const flat = (mark: Mark): readonly unknown[] => [
  mark.kind,
  mark.label,
  mark.weight,
  mark.group,
  mark.row,
  ...(mark.kind === 'rect'
    ? mark.box
    : mark.kind === 'point'
      ? [...mark.at, mark.radius, mark.angle]
      : [mark.closed, ...mark.points.flat()]),
]

export function sameMark(a: Mark, b: Mark): boolean {
  const [one, other] = [flat(a), flat(b)]
  return one.length === other.length && one.every((value, i) => value === other[i])
}

export const sameMarks = (a: readonly Mark[], b: readonly Mark[]): boolean =>
  a.length === b.length && a.every((mark, i) => sameMark(mark, b[i] as Mark))
