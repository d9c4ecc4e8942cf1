import { defineWork } from '../../engine/types/work.ts'
import { bytesOf, fastCorners } from '../fast.ts'

export interface FastInput {
  readonly numbers: Float32Array
  readonly width: number
  /** In steps of 8 bits. */
  readonly threshold: number
  readonly suppress: boolean
}

/** Rows of x, y, size 7, angle −1 and score. */
export const fastWork = defineWork({
  name: 'feature/fast',
  run: ({ numbers, width, threshold, suppress }: FastInput): Float32Array => {
    const picture = { width, height: numbers.length / width, pixels: bytesOf(numbers) }
    const corners = fastCorners(picture, threshold, suppress)
    const rows = new Float32Array(5 * corners.length)
    for (const [i, { x, y, score }] of corners.entries()) rows.set([x, y, 7, -1, score / 255], 5 * i)
    return rows
  },
})
