import { defineWork } from '../../engine/types/work.ts'
import { type LbpMethod, lbpCodes, localBinaryPattern } from '../lbp.ts'

export interface LbpInput {
  readonly numbers: Float32Array
  readonly width: number
  readonly points: number
  readonly radius: number
  readonly method: LbpMethod
}

/** The code of each pixel, and which part of the pixels has each code. */
export const lbpWork = defineWork({
  name: 'feature/lbp',
  run: ({ numbers, width, points, radius, method }: LbpInput, context) => {
    const codes = localBinaryPattern(numbers, width, points, radius, method, () => context.cancelled)
    const histogram = new Float32Array(lbpCodes(method, points))
    for (const code of codes) histogram[code] = (histogram[code] ?? 0) + 1
    return { codes, histogram: histogram.map((count) => count / codes.length) }
  },
})
