import { SCRATCH_SLACK } from '../cpu.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const nonMaximumScratch = (width: number): number => 9 * (4 * width + 48) + 64 + SCRATCH_SLACK

/** Words of 64 bits in a row of hysteresis.as.ts: those of its pixels, and one of 0 at either end. */
export const linkPitch = (width: number): number => Math.ceil(width / 64) + 2

/** Bytes of scratch memory for linking: a mark and a place in the list for each word. */
export const linkScratch = (words: number): number => 5 * words + SCRATCH_SLACK
