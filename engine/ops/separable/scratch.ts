import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const separableScratch = (width: number, channels: number, nx: number, ny: number): number =>
  4 * (nx + ny) + 4 * channels * (2 * width + nx) + SCRATCH_SLACK
