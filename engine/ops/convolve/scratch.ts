import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const convolveScratch = (width: number, channels: number, kw: number, kh: number): number =>
  8 * kw * kh + kh * (4 * channels * (width + kw) + 16) + SCRATCH_SLACK
