/** The pixels inside polygons. */
import type { PointValue } from '../../engine/types/param.ts'
import { defineWork } from '../../engine/types/work.ts'

export interface Outline {
  /** The corners of each, in order. */
  readonly polygons: readonly (readonly PointValue[])[]
  readonly width: number
  readonly height: number
}

/** 1 where the middle of a pixel lies inside by the even-odd rule, row by row. */
function fill({ polygons, width, height }: Outline, cancelled: () => boolean): Float32Array {
  const mask = new Float32Array(width * height)
  for (let row = 0; row < height && !cancelled(); row++) {
    const y = row + 0.5
    const crossings = polygons
      .flatMap((points) =>
        points.flatMap(([ax, ay], i): number[] => {
          const [bx, by] = points[(i + 1) % points.length] ?? [ax, ay]
          return ay > y === by > y ? [] : [ax + ((y - ay) * (bx - ax)) / (by - ay)]
        }),
      )
      .sort((a, b) => a - b)
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const [from = 0, to = 0] = crossings.slice(k, k + 2)
      const [first, last] = [Math.max(0, Math.ceil(from - 0.5)), Math.min(width, Math.ceil(to - 0.5))]
      if (first < last) mask.fill(1, row * width + first, row * width + last)
    }
  }
  return mask
}

export const fillPolygon = defineWork<Outline, Float32Array>({
  name: 'draw/polygon',
  run: (outline, context) => fill(outline, () => context.cancelled),
})
