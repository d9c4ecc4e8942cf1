import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const maxPoolScratch = (width: number, channels: number): number => 4 * width * channels + SCRATCH_SLACK
