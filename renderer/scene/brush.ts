/** A brush over the picture of a scene: its strokes as a node takes them (`engine/values/brush.ts`). */
import { type BrushStroke, mostBrushNumbers, numbersOfStrokes, simplified } from '../../engine/values/brush.ts'
import { type Cloud, type Lens, placeUnder } from './cloud.ts'

type Spot = readonly [x: number, y: number]

/** In pixels. */
export const brushSizes = { min: 4, max: 200, usual: 24 } as const
/** The line is as exact as this part of the radius. */
const exactness = 0.1
/** The number of points along a stroke at which depth is sampled. */
const looks = 5
/** A small margin (2 %) added to the depth, beyond the brush's radius. */
const behind = 1.02

/** The deepest place that is seen under a stroke, and the brush's radius behind it; 0 where nothing is seen. */
function depthUnder(cloud: Cloud, lens: Lens, points: readonly Spot[], radius: number): number {
  const step = Math.max(1, Math.ceil(points.length / looks))
  const depths = points
    .filter((_, i) => i % step === 0 || i === points.length - 1)
    .flatMap(([x, y]) => {
      const found = placeUnder(cloud, lens, x, y)
      if (!found) return []
      return [lens.forward.reduce((sum, v, i) => sum + v * ((found[i] ?? 0) - (lens.eye[i] ?? 0)), 0)]
    })
  const most = Math.max(0, ...depths)
  return behind * most * (1 + radius / lens.focal)
}

/**
 * @param points in CSS pixels of the element that the lens belongs to
 * @param radius in pixels
 * @param through also paints splats hidden behind the visible ones
 */
export function strokeOf(
  cloud: Cloud,
  lens: Lens,
  points: readonly Spot[],
  { radius, through }: { readonly radius: number; readonly through: boolean },
): BrushStroke {
  const { eye, right, down, forward, focal, size } = lens
  const { width, height } = size
  return {
    ...{ eye, right, down, forward, focal: focal / height, radius: radius / height },
    far: through ? 0 : depthUnder(cloud, lens, points, radius),
    points: simplified(points, exactness * radius).map(([x, y]) => [
      (x - width / 2) / height,
      (y - height / 2) / height,
    ]),
  }
}

/** Whether a node has room for them. */
export const fitsNode = (strokes: readonly BrushStroke[]): boolean =>
  numbersOfStrokes(strokes).length <= mostBrushNumbers
