/** Any number of labelled points and of boxes on a picture: what a click, a drag or a key makes of the parameters. */
import type { BoxesParam, BoxValue, PointsParam, PointValue } from '../../engine/types/param.ts'
import type { Size } from '../viewer/camera.ts'
import { dragged, type Grip, gripsOf, type Point } from './shape.ts'

export interface Marked {
  readonly points: readonly PointValue[]
  readonly boxes: readonly BoxValue[]
}

/** Something that can be grabbed: a point, or a corner or the whole of a box. */
export type Held =
  | { readonly kind: 'point'; readonly at: number }
  | { readonly kind: 'box'; readonly at: number; readonly grip: Grip }

/** A tenth of a pixel is as exact as anyone can point. */
const tidy = (value: number): number => Math.round(value * 10) / 10
const clamp = (value: number, end: number): number => tidy(Math.min(Math.max(value, 0), end))

const asBox = { kind: 'box', over: '', params: { x: '', y: '', width: '', height: '' } } as const
const cornersOf = ([x0, y0, x1, y1]: BoxValue): readonly [Point, Point] => [
  { x: x0, y: y0 },
  { x: x1, y: y1 },
]

export const labelOf = ([, , label = 1]: PointValue): number => label

/** A point at this place; with a label where the parameter has labels. */
export const pointAt = ({ x, y }: Point, label: number, spec: PointsParam, size: Size): PointValue => {
  const [px, py] = [clamp(x, size.width), clamp(y, size.height)]
  return spec.labels ? [px, py, label] : [px, py]
}

/** The box between two places; undefined where it has no area. */
export function boxBetween(a: Point, b: Point, { width, height }: Size): BoxValue | undefined {
  const [x0, x1] = [Math.min(a.x, b.x), Math.max(a.x, b.x)].map((x) => clamp(x, width)) as [number, number]
  const [y0, y1] = [Math.min(a.y, b.y), Math.max(a.y, b.y)].map((y) => clamp(y, height)) as [number, number]
  return x1 - x0 >= 1 && y1 - y0 >= 1 ? [x0, y0, x1, y1] : undefined
}

/** Everything that can be grabbed, in the order in which Tab goes through it. Of a box: itself and two corners. */
export function heldIn({ points, boxes }: Marked): readonly { readonly held: Held; readonly place: Point }[] {
  return [
    ...points.map(([x, y], at) => ({ held: { kind: 'point' as const, at }, place: { x, y } })),
    ...boxes.flatMap((box, at) =>
      gripsOf(asBox, cornersOf(box))
        .filter(({ grip }) => grip.kind === 'whole' || (grip.kind === 'edge' && grip.x !== 0 && grip.x === grip.y))
        .map(({ grip, at: place }) => ({ held: { kind: 'box' as const, at, grip }, place })),
    ),
  ]
}

/** With what is held moved from where it was. */
export function moved(marked: Marked, held: Held, by: Point, size: Size): Marked {
  if (held.kind === 'point') {
    const [x, y, ...label] = marked.points[held.at] ?? [0, 0]
    const [px, py] = [clamp(x + by.x, size.width), clamp(y + by.y, size.height)]
    return { ...marked, points: marked.points.with(held.at, [px, py, ...label]) }
  }
  const box = marked.boxes[held.at]
  if (!box) return marked
  const [a, b] = dragged(asBox, cornersOf(box), held.grip, by, size) as readonly [Point, Point]
  return { ...marked, boxes: marked.boxes.with(held.at, [tidy(a.x), tidy(a.y), tidy(b.x), tidy(b.y)]) }
}

export const without = ({ points, boxes }: Marked, { kind, at }: Held): Marked =>
  kind === 'point' ? { points: points.toSpliced(at, 1), boxes } : { points, boxes: boxes.toSpliced(at, 1) }

/** The next label for a point; a box has none. */
export function relabelled(marked: Marked, held: Held, { labels = [] }: PointsParam): Marked {
  const point = held.kind === 'point' ? marked.points[held.at] : undefined
  if (!point || labels.length === 0) return marked
  const next: PointValue = [point[0], point[1], (labelOf(point) + 1) % labels.length]
  return { ...marked, points: marked.points.with(held.at, next) }
}

export interface MarkedSpecs {
  readonly points: PointsParam
  readonly boxes?: BoxesParam | undefined
}

/** What a grip is called. */
export function heldWords(marked: Marked, held: Held, { points }: MarkedSpecs): string {
  if (held.kind === 'point') {
    const point = marked.points[held.at]
    const label = point && points.labels?.[labelOf(point)]
    return `Point ${held.at + 1}${label ? `, ${label.toLowerCase()}` : ''}`
  }
  const { grip } = held
  const part = grip.kind === 'whole' ? '' : grip.kind === 'edge' && grip.x < 0 ? ', top left' : ', bottom right'
  return `Box ${held.at + 1}${part}`
}
