import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const nonMaximumScratch = (width: number): number => 9 * (4 * width + 48) + 64 + SCRATCH_SLACK
