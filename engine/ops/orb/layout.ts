import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const fastScratch = 64 + 25 * 16 + SCRATCH_SLACK
export const resizedScratch = (width: number): number => 2 * width + 64 + SCRATCH_SLACK
