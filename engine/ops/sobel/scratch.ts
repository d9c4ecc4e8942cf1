import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const sobelScratch = (width: number, channels: number): number =>
  512 + 4 * channels * (width + 16) + SCRATCH_SLACK
