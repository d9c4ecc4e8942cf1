import { SCRATCH_SLACK } from '../cpu.ts'
import { slideRow } from '../slide.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out for an element of any form. */
export const elementScratch = (channels: number, rx: number, ry: number): number =>
  (2 * ry + 3) * slideRow(channels) + (2 * rx + 1) * channels * 4 + SCRATCH_SLACK
