import { SCRATCH_SLACK } from '../cpu.ts'

/** The most weights one place of the result has along an axis. */
const taps = (from: number, to: number): number => Math.max(4, Math.ceil(from / to) + 1)

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out; `eightBit`: of resizeOfBytes. */
export const resizeScratch = (
  width: number,
  height: number,
  channels: number,
  dw: number,
  dh: number,
  eightBit = false,
): number =>
  4 * dw * (1 + taps(width, dw)) +
  8 * taps(height, dh) +
  4 * width * channels * (eightBit ? 1 + taps(height, dh) : 1) +
  SCRATCH_SLACK
