import { defineWork } from '../../engine/types/work.ts'
import { houghSegments } from '../hough.ts'

export interface HoughSegmentsInput {
  readonly numbers: Float32Array
  readonly width: number
  readonly rho: number
  readonly theta: number
  readonly threshold: number
  readonly length: number
  readonly gap: number
  readonly most: number
}

export const houghSegmentsWork = defineWork({
  name: 'feature/hough-segments',
  run: ({ numbers, width, rho, theta, ...limits }: HoughSegmentsInput, context) => {
    const edges = { width, height: numbers.length / width, pixels: Uint8Array.from(numbers, (v) => (v > 0 ? 1 : 0)) }
    return houghSegments(edges, { rho, theta }, limits, () => context.cancelled)
  },
})
