/** What slide.as.ts and the ops that use it agree on. */
import { SCRATCH_SLACK } from './cpu.ts'

const CHUNK = 1024

/** Bytes of a row of what is done together, of pixels of so many channels. */
export const slideRow = (channels: number): number => Math.max(CHUNK, channels) * 4 + 32

/** Bytes of scratch memory for each worker: an upper bound of what slide.as.ts lays out. */
export const slideScratch = (channels: number, kw: number, kh: number): number =>
  (2 * kh + 3) * slideRow(channels) + kw * channels * 4 + SCRATCH_SLACK
