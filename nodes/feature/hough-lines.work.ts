import { defineWork } from '../../engine/types/work.ts'
import { acrossPicture, houghLines } from '../hough.ts'

export interface HoughLinesInput {
  readonly numbers: Float32Array
  readonly width: number
  readonly rho: number
  readonly theta: number
  readonly threshold: number
  readonly most: number
}

export const houghLinesWork = defineWork({
  name: 'feature/hough-lines',
  run: ({ numbers, width, rho, theta, threshold, most }: HoughLinesInput) => {
    const height = numbers.length / width
    const edges = { width, height, pixels: Uint8Array.from(numbers, (v) => (v > 0 ? 1 : 0)) }
    return houghLines(edges, { rho, theta }, threshold, most).map((line) => ({
      ...line,
      ends: acrossPicture(line, width, height),
    }))
  },
})
