import { defineWork } from '../../engine/types/work.ts'
import { type Contour, contoursOf, type Measures, measured, simplified } from '../contours.ts'

export interface ContoursInput {
  readonly numbers: Float32Array
  readonly width: number
  readonly external: boolean
  readonly simple: boolean
  readonly area: number
  readonly most: number
}

export interface Outlined extends Measures {
  readonly points: Contour['points']
  readonly hole: boolean
}

/** The contours that are wanted, largest first. */
export const contoursWork = defineWork({
  name: 'feature/contours',
  run: ({ numbers, width, external, simple, area, most }: ContoursInput, context): readonly Outlined[] =>
    contoursOf(numbers, width, () => context.cancelled)
      .filter(({ hole, parent }) => !external || (!hole && parent < 0))
      .map(({ points, hole }) => ({ ...measured(points), points: simple ? simplified(points) : points, hole }))
      .filter((one) => one.area >= area)
      .sort((a, b) => b.area - a.area)
      .slice(0, most),
})
