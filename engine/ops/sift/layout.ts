/** What the kernels and the op agree on. */
import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of a spot: RECORD of record.as.ts. */
export const RECORD = 192
/** The most directions that a spot has. */
export const MOST_ANGLES = 18
/** Numbers of a descriptor: 4 × 4 cells of 8 directions. */
export const siftLength = 128

/**
 * Bytes of scratch memory for each worker: weights by distance, as many as the largest spot needs, and what else kernel.as.ts and
 * describe.as.ts lay out.
 * @param scale the largest spot, in pixels of its octave
 */
export const siftScratch = (scale: number): number =>
  Math.max(8 * Math.ceil(4.5 * scale + 2), 4 * Math.ceil(11 * scale + 2)) + 4096 + SCRATCH_SLACK
