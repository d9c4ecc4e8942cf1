import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export function medianScratch(size: number, width: number, channels: number): number {
  if (size <= 5) return size * (4 * channels * (width + size) + 64) + SCRATCH_SLACK
  const numbers = (256 + size) * (64 + size)
  return Math.ceil(8192 + 5 * (4 * numbers + 16) + numbers / 8 + numbers / 512 + SCRATCH_SLACK)
}
