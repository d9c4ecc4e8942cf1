import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const bilateralScratch = (width: number, channels: number, radius: number, places: number): number =>
  (2 * radius + 1) * (channels * ((width + 2 * radius) * 4 + 48) + 4) + places * 8 + 256 + SCRATCH_SLACK
