import { defineWork } from '../../engine/types/work.ts'
import { houghCircles } from '../hough.ts'

export interface HoughCirclesInput {
  readonly edges: Float32Array
  readonly gradX: Float32Array
  readonly gradY: Float32Array
  readonly width: number
  readonly least: number
  readonly largest: number
  readonly support: number
  readonly distance: number
  readonly most: number
}

export const houghCirclesWork = defineWork({
  name: 'feature/hough-circles',
  run: ({ edges, gradX, gradY, width, ...params }: HoughCirclesInput, context) => {
    const pixels = Uint8Array.from(edges, (v) => (v > 0 ? 1 : 0))
    const picture = { width, height: edges.length / width, pixels }
    return houghCircles(picture, gradX, gradY, params, () => context.cancelled)
  },
})
