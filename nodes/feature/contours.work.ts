import { defineWork } from '../../engine/types/work.ts'
import { contoursOf, type Measures, measured, simplified } from '../contours.ts'

export interface ContoursInput {
  readonly numbers: Float32Array
  readonly width: number
  readonly external: boolean
  readonly simple: boolean
  readonly area: number
  readonly most: number
}

export interface Outlined extends Measures {
  readonly hole: boolean
}

export interface Outlines {
  readonly outlines: readonly Outlined[]
  /** x and y of all points, contour after contour, and how many each has. */
  readonly places: Int32Array
  readonly lengths: Int32Array
}

/** The contours that are wanted, largest first. */
export const contoursWork = defineWork({
  name: 'feature/contours',
  run: ({ numbers, width, external, simple, area, most }: ContoursInput, context): Outlines => {
    const { contours, places } = contoursOf(numbers, width, external, () => context.cancelled)
    const wanted = contours
      .map(({ from, to, hole }) => {
        const own = places.subarray(2 * from, 2 * to)
        return { own, outline: { ...measured(own), hole } }
      })
      .filter(({ outline }) => outline.area >= area)
      .sort((a, b) => b.outline.area - a.outline.area)
      .slice(0, most)
    const points = wanted.map(({ own }) => (simple ? simplified(own) : own))
    const lengths = Int32Array.from(points, (one) => one.length / 2)
    const all = new Int32Array(points.reduce((sum, one) => sum + one.length, 0))
    let to = 0
    for (const one of points) {
      all.set(one, to)
      to += one.length
    }
    return { outlines: wanted.map(({ outline }) => outline), places: all, lengths }
  },
})
