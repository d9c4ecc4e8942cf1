/** What slide.as.ts and the ops that use it agree on. */
import { SCRATCH_SLACK } from './cpu.ts'

const CHUNK = 1024
const LEVELS = 4
const PARTS = 24

/** Bytes of one row of a chunk, of pixels with this number of channels. */
export const slideRow = (channels: number): number => Math.max(CHUNK, channels) * 4 + 128

/** Bytes of scratch memory for each worker: an upper bound of what slide.as.ts lays out. */
export const slideScratch = (channels: number, kw: number, kh: number): number =>
  (2 * kh + 1 + LEVELS) * slideRow(channels) + LEVELS * (kw * channels * 4 + 128) + (2 * PARTS + kh) * 4 + SCRATCH_SLACK

/** The least rows of a tile: the rows above and below it are done again for each tile. */
export const slideGrain = (kh: number): number => 4 * kh
