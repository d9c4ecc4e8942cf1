/** What the kernels and the op agree on. */
import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of a spot: RECORD of record.as.ts. */
export const RECORD = 192
/** So many angles at most has a spot. */
export const MOST_ANGLES = 18
/** Numbers of a descriptor: 4 × 4 cells of 8 directions. */
export const siftLength = 128

/**
 * Bytes of scratch memory for each worker, with spots of up to `scale` pixels of their octave: weights of what is around one by its
 * distance, and what else kernel.as.ts and describe.as.ts lay out.
 */
export const siftScratch = (scale: number): number =>
  Math.max(8 * Math.ceil(4.5 * scale + 2), 4 * Math.ceil(11 * scale + 2)) + 4096 + SCRATCH_SLACK
