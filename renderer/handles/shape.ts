/**
 * The shape that a handle stands for, read from the parameters and written back to them. Everything is in pixels of the picture
 * at full size; written values are legal: inside the picture, within the parameters' limits, whole where they must be.
 */
import type { ShapeHandle } from '../../engine/types/handle.ts'
import type { ParamSpec, ParamValue } from '../../engine/types/param.ts'
import { legal, type Range } from '../ui/scale.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
interface Size {
  readonly width: number
  readonly height: number
}

/** A box has two points: left top, right bottom. */
export type Points = readonly Point[]

export type Params = Readonly<Record<string, ParamValue>>
export type Specs = Readonly<Record<string, ParamSpec>>

/** What can be grabbed: a point by its number, an edge or corner of a box, or the shape as a whole. */
export type Grip =
  | { readonly kind: 'point'; readonly at: number }
  | { readonly kind: 'edge'; readonly x: -1 | 0 | 1; readonly y: -1 | 0 | 1 }
  | { readonly kind: 'whole' }

const numberOf = (params: Params, name: string): number => Number(params[name] ?? 0)

/** The points as the parameters have them. */
export function readShape(handle: ShapeHandle, params: Params, { width, height }: Size): Points {
  if ('points' in handle.params)
    return (params[handle.params.points] as readonly (readonly [number, number])[]).map(([x, y]) => ({ x, y }))
  const of = (name: string): number => numberOf(params, name)
  switch (handle.kind) {
    case 'point':
      return [{ x: of(handle.params.x), y: of(handle.params.y) }]
    case 'line':
      return [
        { x: of(handle.params.x0), y: of(handle.params.y0) },
        { x: of(handle.params.x1), y: of(handle.params.y1) },
      ]
    case 'box': {
      const [x, y, wide, high] = (['x', 'y', 'width', 'height'] as const).map((role) => of(handle.params[role]))
      const [left = 0, top = 0] = [x, y]
      return [
        { x: left, y: top },
        { x: handle.open && !wide ? width : left + (wide ?? 0), y: handle.open && !high ? height : top + (high ?? 0) },
      ]
    }
    case 'polygon':
      return []
  }
}

const middle = (points: Points): Point => {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 }
}

const edges: readonly (readonly [-1 | 0 | 1, -1 | 0 | 1])[] = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
]

/** All grips of a shape, in the order in which Tab goes through them. */
export function gripsOf({ kind }: ShapeHandle, points: Points): readonly { readonly grip: Grip; readonly at: Point }[] {
  const whole = { grip: { kind: 'whole' } as const, at: middle(points) }
  if (kind !== 'box') {
    const own = points.map((at, i) => ({ grip: { kind: 'point' as const, at: i }, at }))
    return own.length > 1 ? [whole, ...own] : own
  }
  const [a, b] = points as readonly [Point, Point]
  const along = (low: number, high: number, side: number): number =>
    side < 0 ? low : side > 0 ? high : (low + high) / 2
  return [
    whole,
    ...edges.map(([x, y]) => ({
      grip: { kind: 'edge' as const, x, y },
      at: { x: along(a.x, b.x, x), y: along(a.y, b.y, y) },
    })),
  ]
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high))

/** The shape after its grip was dragged by (dx, dy) from where it was. It stays inside the picture. */
export function dragged({ kind }: ShapeHandle, points: Points, grip: Grip, by: Point, size: Size): Points {
  if (grip.kind === 'whole') {
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
    const dx = clamp(by.x, -Math.min(...xs), size.width - Math.max(...xs))
    const dy = clamp(by.y, -Math.min(...ys), size.height - Math.max(...ys))
    return points.map(({ x, y }) => ({ x: x + dx, y: y + dy }))
  }
  if (grip.kind === 'point' || kind !== 'box')
    return points.map(({ x, y }, i) =>
      grip.kind === 'point' && i === grip.at
        ? { x: clamp(x + by.x, 0, size.width), y: clamp(y + by.y, 0, size.height) }
        : { x, y },
    )
  const [a, b] = points as readonly [Point, Point]
  // A box keeps a pixel.
  const low = (from: number, to: number, d: number, side: number): number =>
    side < 0 ? clamp(from + d, 0, to - 1) : from
  const high = (from: number, to: number, d: number, side: number, end: number): number =>
    side > 0 ? clamp(to + d, from + 1, end) : to
  return [
    { x: low(a.x, b.x, by.x, grip.x), y: low(a.y, b.y, by.y, grip.y) },
    { x: high(a.x, b.x, by.x, grip.x, size.width), y: high(a.y, b.y, by.y, grip.y, size.height) },
  ]
}

/** The nearest value that the parameter takes, and that is a place in a picture `end` pixels wide or high. */
function placeIn(spec: ParamSpec | undefined, value: number, end: number): number {
  if (spec?.type !== 'number' && spec?.type !== 'integer' && spec?.type !== 'points') return value
  const whole = spec.type === 'integer' || (spec.type === 'points' && spec.integer === true)
  const range = {
    integer: whole,
    min: Math.max(0, spec.min ?? 0),
    max: Math.min(spec.max ?? Infinity, whole ? end - 1 : end),
  }
  return legal(value, range)
}

/** The values of the parameters for this shape. `before`: what they were; an open side of a box stays open. */
export function writeShape(handle: ShapeHandle, points: Points, before: Params, specs: Specs, size: Size): Params {
  if ('points' in handle.params) {
    const { points: name } = handle.params
    const spec = specs[name]
    return { [name]: points.map(({ x, y }) => [placeIn(spec, x, size.width), placeIn(spec, y, size.height)]) }
  }
  const [a, b] = points
  if (!a) return {}
  switch (handle.kind) {
    case 'point': {
      const { x, y } = handle.params
      return { [x]: placeIn(specs[x], a.x, size.width), [y]: placeIn(specs[y], a.y, size.height) }
    }
    case 'line': {
      if (!b) return {}
      const { x0, y0, x1, y1 } = handle.params
      return {
        [x0]: placeIn(specs[x0], a.x, size.width),
        [y0]: placeIn(specs[y0], a.y, size.height),
        [x1]: placeIn(specs[x1], b.x, size.width),
        [y1]: placeIn(specs[y1], b.y, size.height),
      }
    }
    case 'box': {
      if (!b) return {}
      const { x, y, width, height } = handle.params
      const side = (place: string, length: string, from: number, to: number, end: number): Params => {
        const start = placeIn(specs[place], from, end)
        const open = handle.open && numberOf(before, length) === 0 && to >= end
        const spec = specs[length]
        const range: Range = spec?.type === 'number' || spec?.type === 'integer' ? spec : {}
        const integer = spec?.type === 'integer'
        const room = integer ? Math.floor(end - start) : end - start
        const max = Math.min(range.max ?? Infinity, room)
        return {
          [place]: start,
          [length]: open ? 0 : legal(to - start, { integer, min: Math.max(range.min ?? 0, integer ? 1 : 0), max }),
        }
      }
      return { ...side(x, width, a.x, b.x, size.width), ...side(y, height, a.y, b.y, size.height) }
    }
    case 'polygon':
      return {}
  }
}

const sides: Readonly<Record<string, string>> = {
  '-1,-1': 'Top left corner',
  '0,-1': 'Top edge',
  '1,-1': 'Top right corner',
  '1,0': 'Right edge',
  '1,1': 'Bottom right corner',
  '0,1': 'Bottom edge',
  '-1,1': 'Bottom left corner',
  '-1,0': 'Left edge',
}

/** What a grip is called. */
export function gripWords({ kind }: ShapeHandle, grip: Grip): string {
  if (grip.kind === 'whole') return kind === 'box' ? 'Box' : kind === 'line' ? 'Line' : 'Polygon'
  if (grip.kind === 'edge') return sides[`${grip.x},${grip.y}`] ?? ''
  return kind === 'point' ? 'Point' : kind === 'line' ? (grip.at === 0 ? 'Start' : 'End') : `Point ${grip.at + 1}`
}
